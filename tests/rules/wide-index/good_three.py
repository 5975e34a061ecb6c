from alembic import op


def upgrade():
    with op.get_context().autocommit_block():
        op.create_index("ix_orders_three", "orders", ["account_id", "quantity", "price"], postgresql_concurrently=True)
