from alembic import op


def upgrade():
    op.get_bind().exec_driver_sql("CREATE TYPE mood AS ENUM ('good', 'bad')")  # finds
