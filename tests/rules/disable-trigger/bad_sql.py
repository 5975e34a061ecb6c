from alembic import op


def upgrade():
    op.execute("ALTER TABLE orders DISABLE TRIGGER orders_touch")  # finds
