from alembic import op


def upgrade():
    op.execute("SELECT 1; ALTER TABLE orders DISABLE TRIGGER orders_touch; SELECT 2")  # finds
