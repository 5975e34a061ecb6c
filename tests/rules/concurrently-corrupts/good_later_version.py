from alembic import op

SETTINGS = {"pg_version": 15}


def upgrade():
    with op.get_context().autocommit_block():
        op.create_index("ix_orders_note", "orders", ["note"], schema="public", postgresql_concurrently=True)
