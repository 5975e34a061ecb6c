from alembic import op


def upgrade():
    op.execute("SELECT 1; ALTER TYPE order_state RENAME TO state_of_order; SELECT 2")  # finds
