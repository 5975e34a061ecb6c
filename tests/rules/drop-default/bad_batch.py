from alembic import op


def upgrade():
    with op.batch_alter_table("accounts") as batch_op:
        batch_op.alter_column("created_at", server_default=None)  # finds
