from alembic import op


def upgrade():
    op.create_index("ix_orders_note", "orders", ["note"], postgresql_concurrently=True)  # finds
