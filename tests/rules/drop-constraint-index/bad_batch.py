from alembic import op


def upgrade():
    with op.batch_alter_table("orders") as batch_op:
        batch_op.drop_index("orders_reference_key")  # finds
