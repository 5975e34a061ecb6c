from alembic import op


def upgrade():
    with op.batch_alter_table("orders") as batch_op:
        batch_op.drop_column("payload")  # finds
        batch_op.drop_column("placed_at")  # finds
