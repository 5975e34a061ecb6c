from alembic import op


def upgrade():
    with op.get_context().autocommit_block():
        op.execute("DO $$ BEGIN CREATE INDEX CONCURRENTLY ix_orders_note ON orders (note); END $$")  # finds
