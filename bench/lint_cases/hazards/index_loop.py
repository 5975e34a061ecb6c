"""Two lookups get indexes.

Revision ID: index_loop
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: index-not-concurrent at line 21
# written as: loop or helper

from alembic import op

revision = "index_loop"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table, column in (("orders", "code"), ("items", "product")):
        op.create_index(f"ix_{table}_{column}", table, [column])


def downgrade() -> None:
    op.drop_index("ix_items_product", "items")
    op.drop_index("ix_orders_code", "orders")
