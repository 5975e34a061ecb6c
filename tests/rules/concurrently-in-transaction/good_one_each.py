from alembic import op


def upgrade():
    with op.get_context().autocommit_block():
        for statement in ("CREATE INDEX CONCURRENTLY ix_orders_note ON orders (note);", "ANALYZE orders;"):
            op.execute(statement)
