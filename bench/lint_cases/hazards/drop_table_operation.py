"""Bookings are another service's.

Revision ID: drop_table_operation
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: drop-table at line 20
# written as: operation

from alembic import op

revision = "drop_table_operation"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table("bookings")


def downgrade() -> None:
    pass
