from alembic import op


def upgrade():
    op.drop_index("orders_reference_key", "orders")  # finds
