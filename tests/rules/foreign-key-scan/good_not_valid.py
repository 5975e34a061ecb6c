from alembic import op


def before():
    op.create_index("ix_items_order_id", "items", ["order_id"])


def upgrade():
    op.create_foreign_key(
        "items_order_fk", "items", "orders", ["order_id"], ["id"], ondelete="CASCADE", postgresql_not_valid=True
    )
