"""Nobody asks for dates.

Revision ID: index_dropped_concurrently
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# safe: the way PostgreSQL's manual gives

from alembic import op

revision = "index_dropped_concurrently"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    context = op.get_context()
    with context.autocommit_block():
        op.drop_index("ix_orders_placed_at", table_name="orders", postgresql_concurrently=True)


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.create_index("ix_orders_placed_at", "orders", ["placed_at"], postgresql_concurrently=True)
