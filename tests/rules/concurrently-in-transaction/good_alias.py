from alembic import op


def upgrade():
    context = op.get_context()
    block = context.autocommit_block
    with block():
        op.create_index("ix_orders_note", "orders", ["note"], postgresql_concurrently=True)
