from alembic import op


def upgrade():
    op.create_check_constraint(None, "orders", "total >= 0")  # finds
    op.create_unique_constraint(None, "items", ["sku"])  # finds
