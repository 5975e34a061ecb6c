from alembic import op


def upgrade():
    op.execute("ALTER TABLE audit SET UNLOGGED")  # finds
    op.execute("CLUSTER orders USING orders_pkey")  # finds
