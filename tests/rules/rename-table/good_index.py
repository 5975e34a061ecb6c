from alembic import op


def upgrade():
    op.execute("ALTER INDEX ix_orders_account_id RENAME TO ix_orders_account")
