from alembic import op


def upgrade():
    with op.get_context().autocommit_block():
        op.drop_index("ix_orders_account_id", postgresql_concurrently=True)
        op.create_index("ix_orders_total", "orders", ["total"], postgresql_concurrently=True)
