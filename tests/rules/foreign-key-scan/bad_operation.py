from alembic import op


def upgrade():
    op.create_foreign_key("orders_parent_fk", "orders", "orders", ["parent_id"], ["id"])  # finds
    op.create_foreign_key("items_order_fk", "items", "orders", ["order_id"], ["id"], ondelete="CASCADE")  # finds
