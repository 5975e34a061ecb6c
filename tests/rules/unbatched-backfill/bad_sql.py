from alembic import op


def upgrade():
    op.execute("UPDATE orders SET total = price * quantity WHERE total IS NULL")  # finds
    op.execute("DELETE FROM items")  # finds
    op.execute("INSERT INTO audit (id, what) SELECT id, note FROM orders")  # finds
