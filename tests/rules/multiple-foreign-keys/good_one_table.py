from alembic import op


def before():
    op.create_index("ix_orders_parent_id", "orders", ["parent_id"])


def upgrade():
    for name in ("orders_parent_fk", "orders_parent_again_fk"):
        op.create_foreign_key(
            name, "orders", "orders", ["parent_id"], ["id"], ondelete="CASCADE", postgresql_not_valid=True
        )
