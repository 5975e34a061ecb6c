from alembic import op


def upgrade():
    op.execute("DROP VIEW paid_orders")
    op.execute("DROP MATERIALIZED VIEW order_totals")
