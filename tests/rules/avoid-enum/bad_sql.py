from alembic import op


def upgrade():
    op.execute("CREATE TYPE mood AS ENUM ('good', 'bad')")  # finds
