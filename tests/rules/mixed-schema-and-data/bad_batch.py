import sqlalchemy as sa
from alembic import op


def upgrade():
    with op.batch_alter_table("orders") as batch_op:
        batch_op.alter_column("note", server_default="none")
    op.bulk_insert(sa.table("audit", sa.column("id"), sa.column("what")), [{"id": 1, "what": "default"}])  # finds
