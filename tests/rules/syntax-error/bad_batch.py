from alembic import op


def upgrade():
    with op.batch_alter_table("orders") as batch_op:
        batch_op.create_check_constraint("orders_total_check", "total BETWEEN 1")  # finds
