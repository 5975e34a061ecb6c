from alembic import op


def upgrade():
    op.execute("ALTER TABLE orders ADD COLUMN hint text")
    with op.get_context().autocommit_block():
        op.execute("CREATE INDEX CONCURRENTLY ix_orders_hint ON orders (hint)")  # finds
