from alembic import op

SETTINGS = {"pg_version": 14}


def upgrade():
    with op.get_context().autocommit_block():
        op.create_index("ix_orders_note", "orders", ["note"], postgresql_concurrently=True)  # finds
