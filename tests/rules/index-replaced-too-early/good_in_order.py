from alembic import op


def upgrade():
    with op.get_context().autocommit_block():
        op.create_index("ix_orders_account", "orders", ["account_id", "total"], postgresql_concurrently=True)
        op.drop_index("ix_orders_account_id", postgresql_concurrently=True)
