from alembic import op


def upgrade():
    connection = op.get_bind()
    connection.exec_driver_sql("DROP INDEX ix_orders_account_id")  # finds
    connection.exec_driver_sql("CREATE INDEX ix_orders_account_id ON public.orders (account_id)")
