from alembic import op


def upgrade():
    op.execute("LOCK TABLE orders")  # finds
