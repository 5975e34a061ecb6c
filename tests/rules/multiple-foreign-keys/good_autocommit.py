from alembic import op


def before():
    op.create_index("ix_items_order_id", "items", ["order_id"])
    op.create_index("ix_items_id", "items", ["id"])


def upgrade():
    with op.get_context().autocommit_block():
        for column, target in (("order_id", "orders"), ("id", "accounts")):
            op.create_foreign_key(
                f"items_{target}_fk", "items", target, [column], ["id"], ondelete="CASCADE", postgresql_not_valid=True
            )
