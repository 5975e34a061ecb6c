from alembic import op


def upgrade():
    with op.get_context().autocommit_block():
        op.drop_index("ix_orders_note", table_name="orders", if_exists=True, postgresql_concurrently=True)
        op.create_index("ix_orders_note", "orders", ["note"], if_not_exists=True, postgresql_concurrently=True)
