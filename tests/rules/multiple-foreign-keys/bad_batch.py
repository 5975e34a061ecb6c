from alembic import op


def upgrade():
    with op.batch_alter_table("items") as batch_op:
        batch_op.create_foreign_key("items_order_fk", "orders", ["order_id"], ["id"])
        batch_op.create_foreign_key("items_account_fk", "accounts", ["id"], ["id"])  # finds
