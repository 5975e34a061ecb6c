from alembic import op


def upgrade():
    op.execute("CREATE INDEX ix_orders_wide ON orders (account_id, quantity) INCLUDE (price, total)")  # finds
