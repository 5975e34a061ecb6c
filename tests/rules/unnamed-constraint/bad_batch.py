from alembic import op


def upgrade():
    with op.batch_alter_table("items") as batch_op:
        batch_op.create_unique_constraint(None, ["sku", "order_id"])  # finds
