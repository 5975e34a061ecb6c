from alembic import op

SETTINGS = {"hot_tables": ["orders", "billing.invoices"]}


def upgrade():
    for column in ("note", "total"):
        op.create_index(f"ix_orders_{column}", "orders", [column])  # finds
