from alembic import op


def upgrade():
    with op.batch_alter_table("orders") as batch_op:
        batch_op.drop_index("ix_orders_account_id")  # finds
