from alembic import op


def upgrade():
    op.create_index("ix_orders_wide", "orders", ["account_id", "quantity", "price", "total"])  # finds
