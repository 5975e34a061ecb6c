from alembic import op


def before():
    op.create_index("ix_items_order_id", "items", ["order_id"])
    op.create_foreign_key("items_order_fk", "items", "orders", ["order_id"], ["id"], postgresql_not_valid=True)


def upgrade():
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE items VALIDATE CONSTRAINT items_order_fk")
