import sqlalchemy as sa
from alembic import op


def upgrade():
    orders = sa.Table("orders", sa.MetaData(), autoload_with=op.get_bind())  # finds
    op.execute(orders.delete().where(orders.c.id == 1))
