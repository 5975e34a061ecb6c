from alembic import op


def upgrade():
    op.execute("ALTER VIEW paid_orders RENAME TO orders_paid")  # finds
    op.execute("ALTER MATERIALIZED VIEW order_totals RENAME TO totals")  # finds
