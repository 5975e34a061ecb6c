from alembic import op


def upgrade():
    op.get_bind().exec_driver_sql("DROP INDEX CONCURRENTLY ux_orders_number")  # finds
