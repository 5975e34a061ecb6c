import sqlalchemy as sa
from alembic import op


def upgrade():
    with op.batch_alter_table("audit") as batch_op:
        batch_op.add_column(sa.Column("key", sa.Integer))
        batch_op.create_primary_key("audit_pkey", ["key"])  # finds
