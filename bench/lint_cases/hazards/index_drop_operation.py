"""Nobody sorts orders by date.

Revision ID: index_drop_operation
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: drop-index-not-concurrent at line 20
# written as: operation

from alembic import op

revision = "index_drop_operation"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_orders_placed_at", table_name="orders")


def downgrade() -> None:
    op.create_index("ix_orders_placed_at", "orders", ["placed_at"])
