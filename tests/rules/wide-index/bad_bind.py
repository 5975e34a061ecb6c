from alembic import op


def upgrade():
    op.get_bind().exec_driver_sql("CREATE INDEX ON orders (account_id, quantity, price, total)")  # finds
