from alembic import op


def upgrade():
    op.execute("DROP INDEX IF EXISTS orders_pkey CASCADE")  # finds
