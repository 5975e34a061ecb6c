from alembic import op


def upgrade():
    with op.batch_alter_table("orders") as batch_op:
        batch_op.execute("CALL rebuild_orders()")  # finds
