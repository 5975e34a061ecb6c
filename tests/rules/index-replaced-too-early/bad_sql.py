from alembic import op


def upgrade():
    with op.get_context().autocommit_block():
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS ix_orders_account_id")  # finds
        op.execute("CREATE INDEX CONCURRENTLY ix_orders_account_id ON orders (account_id, total)")
