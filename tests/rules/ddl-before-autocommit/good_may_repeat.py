from alembic import op


def upgrade():
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.alter_column("orders", "note", server_default="")
    with op.get_context().autocommit_block():
        op.create_index("ix_orders_note", "orders", ["note"], postgresql_concurrently=True)
