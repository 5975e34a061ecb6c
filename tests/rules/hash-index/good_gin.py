from alembic import op


def upgrade():
    with op.get_context().autocommit_block():
        op.execute("CREATE INDEX CONCURRENTLY ix_orders_words ON orders USING gin (to_tsvector('simple', note))")
