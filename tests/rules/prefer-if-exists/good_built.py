from alembic import op

SETTINGS = {"pg_version": 16}


def upgrade():
    with op.get_context().autocommit_block():
        op.create_index("ix_orders_total", "orders", ["total"], schema="public", postgresql_concurrently=True)
