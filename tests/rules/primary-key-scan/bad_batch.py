from alembic import op


def upgrade():
    with op.batch_alter_table("audit") as batch_op:
        batch_op.create_primary_key("audit_pkey", ["id"])  # finds
