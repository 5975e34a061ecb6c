import sqlalchemy as sa
from alembic import op


def upgrade():
    orders = sa.table("orders", sa.column("total"), sa.column("note"))
    op.execute(sa.update(orders).values(total=0))  # finds
    op.execute(sa.delete(orders).where(orders.c.note == "test"))  # finds
