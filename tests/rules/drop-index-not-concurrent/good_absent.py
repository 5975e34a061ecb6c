from alembic import op


def upgrade():
    op.execute("DROP INDEX IF EXISTS ix_orders_that_never_was")
