from alembic import op


def upgrade():
    op.get_bind().exec_driver_sql("drop index public.ux_orders_number")  # finds
