from alembic import op


def upgrade():
    op.execute("CREATE TABLE recent_orders AS SELECT id, account_id FROM orders")
    op.create_foreign_key("recent_orders_account_fk", "recent_orders", "accounts", ["account_id"], ["id"])  # finds
