from alembic import op


def upgrade():
    with op.get_context().autocommit_block():
        op.execute("SET statement_timeout = 0")  # finds
        op.create_index("ix_orders_note", "orders", ["note"], postgresql_concurrently=True)
