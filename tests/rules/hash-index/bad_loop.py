from alembic import op


def upgrade():
    for column in ("note", "code"):
        op.create_index(f"ix_orders_{column}", "orders", [column], postgresql_using="hash")  # finds
