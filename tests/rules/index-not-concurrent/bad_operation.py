from alembic import op


def upgrade():
    op.create_index("ix_orders_note", "orders", ["note"])  # finds
    op.create_index(  # finds
        "ix_orders_total",
        "orders",
        ["total"],
        unique=True,
    )
