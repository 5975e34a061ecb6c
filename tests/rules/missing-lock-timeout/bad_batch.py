from alembic import op

NO_TIMEOUT = True


def upgrade():
    with op.batch_alter_table("orders") as batch_op:
        batch_op.alter_column("note", server_default="none")  # finds
