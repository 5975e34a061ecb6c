"""A quantity is positive.

Revision ID: check_operation
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: check-constraint-scan at line 20
# written as: operation

from alembic import op

revision = "check_operation"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_check_constraint("ck_orders_quantity", "orders", "quantity > 0")


def downgrade() -> None:
    op.drop_constraint("ck_orders_quantity", "orders", type_="check")
