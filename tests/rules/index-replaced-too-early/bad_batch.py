from alembic import op


def upgrade():
    with op.batch_alter_table("orders") as batch_op:
        batch_op.drop_index("ux_orders_number")  # finds
        batch_op.create_index("ux_orders_number", ["number", "id"], unique=True)
