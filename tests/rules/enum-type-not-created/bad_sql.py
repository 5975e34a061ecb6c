from alembic import op


def upgrade():
    op.execute("ALTER TABLE orders ADD COLUMN kind order_kind, ADD COLUMN kinds billing.order_kind[]")  # finds
