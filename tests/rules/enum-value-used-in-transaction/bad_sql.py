from alembic import op


def upgrade():
    op.execute("ALTER TYPE order_state ADD VALUE IF NOT EXISTS 'refunded' AFTER 'sent'")
    op.execute("UPDATE orders SET state = 'refunded' WHERE id = 1")  # finds
    op.execute("SELECT 'refunded'::order_state")  # finds
