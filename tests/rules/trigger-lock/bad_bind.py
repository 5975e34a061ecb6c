import sqlalchemy as sa
from alembic import op


def upgrade():
    connection = op.get_bind()
    connection.execute(sa.text("DROP TRIGGER orders_touch ON orders"))  # finds
    connection.exec_driver_sql("DROP TRIGGER IF EXISTS orders_seen ON public.orders")  # finds
