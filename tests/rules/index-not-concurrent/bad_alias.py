from alembic import op as migrations


def upgrade():
    create = migrations.create_index
    create("ix_orders_note", "orders", ["note"])  # finds
