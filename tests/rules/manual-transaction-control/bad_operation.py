from alembic import op


def upgrade():
    op.execute("COMMIT")  # finds
    op.execute("CREATE INDEX CONCURRENTLY ix_orders_note ON orders (note)")
