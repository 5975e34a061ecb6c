import sqlalchemy as sa
from alembic import op


def upgrade():
    with op.batch_alter_table("orders") as batch_op:
        batch_op.add_column(sa.Column("gross", sa.Numeric(12, 2)))
        batch_op.alter_column("note", server_default="none")
    orders = sa.table("orders", sa.column("note"))
    op.execute(orders.update().values(note="none").where(orders.c.note.is_(None)))  # finds
