from alembic import op


def upgrade():
    op.execute("SELECT 1; ALTER TYPE order_state RENAME VALUE 'sent' TO 'shipped'; SELECT 2")  # finds
