"""Orders are found by total.

Revision ID: concurrently_if_not_exists
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: concurrent-index-retry at line 21
# written as: operation

from alembic import op

revision = "concurrently_if_not_exists"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.create_index("ix_orders_total", "orders", ["total"], postgresql_concurrently=True, if_not_exists=True)


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index("ix_orders_total", "orders", postgresql_concurrently=True)
