from alembic import op


def upgrade():
    op.drop_index("ix_orders_account_id", table_name="orders")  # finds
