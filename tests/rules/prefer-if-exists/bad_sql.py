from alembic import op


def upgrade():
    with op.get_context().autocommit_block():
        op.execute("DROP INDEX CONCURRENTLY ix_orders_account_id")  # finds
        op.execute("ALTER TABLE items ADD hint text")  # finds
        op.execute("ALTER TABLE orders DROP CONSTRAINT orders_quantity_check")  # finds
