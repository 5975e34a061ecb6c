from alembic import op


def upgrade():
    with op.batch_alter_table("orders") as batch_op:
        batch_op.execute("LOCK TABLE orders IN ACCESS EXCLUSIVE MODE")  # finds
        batch_op.alter_column("note", server_default="none")
