from alembic import op

SETTINGS = {"pg_version": 14}


def upgrade():
    with op.get_context().autocommit_block():
        for column in ("note", "total"):
            op.create_index(f"ix_orders_{column}", "orders", [column], postgresql_concurrently=True)  # finds
