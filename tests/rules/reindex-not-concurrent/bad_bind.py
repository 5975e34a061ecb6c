import sqlalchemy as sa
from alembic import op


def upgrade():
    connection = op.get_bind()
    connection.execute(sa.text("REINDEX TABLE public.orders"))  # finds
    connection.exec_driver_sql("REINDEX INDEX ix_orders_account_id")  # finds
