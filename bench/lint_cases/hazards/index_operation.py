"""Orders are listed by account.

Revision ID: index_operation
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: index-not-concurrent at line 20
# written as: operation

from alembic import op

revision = "index_operation"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_orders_account_id", "orders", ["account_id"])


def downgrade() -> None:
    op.drop_index("ix_orders_account_id", "orders")
