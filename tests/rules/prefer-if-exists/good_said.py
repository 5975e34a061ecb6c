from alembic import op


def upgrade():
    with op.get_context().autocommit_block():
        op.drop_index("ix_orders_account_id", "orders", if_exists=True, schema="public", postgresql_concurrently=True)
