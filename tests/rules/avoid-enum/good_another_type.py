from alembic import op


def upgrade():
    op.execute("CREATE TYPE place AS (latitude numeric, longitude numeric)")
