from alembic import op


def upgrade():
    op.create_unique_constraint("orders_code_key", "orders", ["code"])  # finds
