from alembic import op


def before():
    op.create_index("ix_items_order", "items", ["order_id", "sku"])


def upgrade():
    op.create_foreign_key("items_order_fk", "items", "orders", ["order_id"], ["id"], postgresql_not_valid=True)
