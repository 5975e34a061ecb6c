import sqlalchemy as sa
from alembic import op


def upgrade():
    op.create_index("ix_items_order", "items", ["order_id"], postgresql_where=sa.text("quantity > 1"))
    op.create_foreign_key("items_order_fk", "items", "orders", ["order_id"], ["id"])  # finds
