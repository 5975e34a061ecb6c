from alembic import op


def before():
    op.create_index("ix_orders_account_country", "orders", ["account_id", "note"])


def upgrade():
    with op.get_context().autocommit_block():
        op.drop_index("ix_orders_account_country", "orders", postgresql_concurrently=True)
