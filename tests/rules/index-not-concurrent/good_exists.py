from alembic import op


def upgrade():
    op.execute("CREATE INDEX IF NOT EXISTS ix_orders_account_id ON orders (account_id)")
