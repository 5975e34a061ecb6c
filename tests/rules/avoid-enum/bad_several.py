from alembic import op


def upgrade():
    op.execute("SELECT 1; CREATE TYPE mood AS ENUM ('good', 'bad'); SELECT 2")  # finds
