from alembic import op


def before():
    op.execute("DROP VIEW paid_orders")
    op.execute("DROP MATERIALIZED VIEW order_totals")
    op.drop_constraint("invoices_order_id_fkey", "invoices", schema="billing")


def upgrade():
    op.drop_table("orders")  # finds
