from alembic import op


def upgrade():
    op.drop_index("ux_orders_number", table_name="orders", postgresql_concurrently=True)  # finds
