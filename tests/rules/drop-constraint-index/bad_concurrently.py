from alembic import op


def upgrade():
    with op.get_context().autocommit_block():
        op.drop_index("orders_reference_key", "orders", postgresql_concurrently=True)  # finds
