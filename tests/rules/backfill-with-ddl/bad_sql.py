from alembic import op


def upgrade():
    op.execute("ALTER TABLE orders ADD gross numeric; UPDATE orders SET gross = total WHERE gross IS NULL")  # finds
