from alembic import op


def upgrade():
    op.create_foreign_key("items_order_fk", "items", "orders", ["order_id"], ["id"])  # finds
