from alembic import op


def upgrade():
    op.execute("ALTER TYPE order_state ADD VALUE 'packed'")  # finds
