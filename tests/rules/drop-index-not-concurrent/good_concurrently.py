from alembic import op


def upgrade():
    with op.get_context().autocommit_block():
        op.drop_index("ux_orders_number", table_name="orders", postgresql_concurrently=True)
