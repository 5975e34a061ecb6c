from alembic import op


def upgrade():
    with op.get_context().autocommit_block():
        op.execute("VACUUM FULL orders, items")  # finds
        op.execute("VACUUM (FULL, ANALYZE) billing.invoices")  # finds
        op.execute("ALTER TABLE items SET ACCESS METHOD columnar")  # finds
        op.execute("ALTER INDEX ux_orders_number SET TABLESPACE fast")  # finds
        op.execute("ALTER TABLE orders SET TABLESPACE fast")  # finds
