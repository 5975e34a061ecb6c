"""The orders' dates lose their index.

Revision ID: concurrently_string
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: concurrently-in-transaction at line 20
# written as: SQL string

from alembic import op

revision = "concurrently_string"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DROP INDEX CONCURRENTLY ix_orders_placed_at")


def downgrade() -> None:
    op.create_index("ix_orders_placed_at", "orders", ["placed_at"])
