from alembic import op


def upgrade():
    for table, column in [("orders", "account_id")]:
        op.drop_index(f"ix_{table}_{column}")  # finds
        op.create_index(f"ix_{table}_{column}_2", table, [column])
