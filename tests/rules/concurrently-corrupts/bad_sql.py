from alembic import op

SETTINGS = {"pg_version": 14}


def upgrade():
    with op.get_context().autocommit_block():
        op.execute("CREATE INDEX CONCURRENTLY ix_orders_note ON orders (note)")  # finds
        op.execute("REINDEX INDEX CONCURRENTLY ix_orders_account_id")  # finds
