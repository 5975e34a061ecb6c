from alembic import op


def upgrade():
    for name in ("wide",):
        op.create_index(f"ix_orders_{name}", "orders", ["account_id", "quantity", "price", "total"])  # finds
