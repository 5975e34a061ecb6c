from alembic import op


def upgrade():
    op.execute("SELECT 1; ALTER TYPE order_state ADD VALUE 'packed'; SELECT 2")  # finds
