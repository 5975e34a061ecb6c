"""Orders are listed by warehouse.

Revision ID: index_concurrently
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# safe: the way PostgreSQL's manual gives

from alembic import op

revision = "index_concurrently"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.create_index("ix_orders_warehouse_id", "orders", ["warehouse_id"], postgresql_concurrently=True)


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index("ix_orders_warehouse_id", "orders", postgresql_concurrently=True)
