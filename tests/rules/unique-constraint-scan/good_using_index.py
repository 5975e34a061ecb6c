from alembic import op


def before():
    with op.get_context().autocommit_block():
        op.create_index("orders_code_key", "orders", ["code"], unique=True, postgresql_concurrently=True)


def upgrade():
    op.execute("ALTER TABLE orders ADD CONSTRAINT orders_code_key UNIQUE USING INDEX orders_code_key")
