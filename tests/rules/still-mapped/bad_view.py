from alembic import op


def upgrade():
    op.execute("DROP VIEW paid_orders")  # finds
