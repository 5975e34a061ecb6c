from alembic import op


def upgrade():
    with op.batch_alter_table("orders") as batch_op:
        batch_op.alter_column("total", nullable=False)  # finds
