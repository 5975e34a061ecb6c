from alembic import op


def upgrade():
    with op.get_context().autocommit_block():
        op.create_index("ix_orders_note", "orders", ["note"], postgresql_concurrently=True)
    op.create_index("ix_orders_code", "orders", ["code"], postgresql_concurrently=True)  # finds
