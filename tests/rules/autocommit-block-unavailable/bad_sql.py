from alembic import op

EXTERNAL = True


def upgrade():
    with op.get_context().autocommit_block():
        op.execute("CREATE INDEX CONCURRENTLY ix_orders_note ON orders (note)")  # finds
        op.execute("DROP INDEX CONCURRENTLY ix_orders_account_id")
