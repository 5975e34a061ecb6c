from alembic import op


def upgrade():
    op.execute("ALTER TYPE order_state RENAME TO state_of_order")  # finds
