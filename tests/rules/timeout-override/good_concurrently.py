from alembic import op


def upgrade():
    with op.get_context().autocommit_block():
        op.execute("SET statement_timeout = 0")
        op.create_index("ix_orders_note", "orders", ["note"], postgresql_concurrently=True)
        op.execute("RESET statement_timeout")
