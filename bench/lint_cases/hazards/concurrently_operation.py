"""Orders are searched by code.

Revision ID: concurrently_operation
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: concurrently-in-transaction at line 20
# written as: operation

from alembic import op

revision = "concurrently_operation"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_orders_code", "orders", ["code"], postgresql_concurrently=True)


def downgrade() -> None:
    op.drop_index("ix_orders_code", "orders", postgresql_concurrently=True)
