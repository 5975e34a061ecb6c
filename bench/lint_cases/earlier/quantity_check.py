"""A quantity is looked for.

Revision ID: quantity_check
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

from alembic import op

revision = "quantity_check"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_check_constraint("ck_orders_quantity_known", "orders", "quantity IS NOT NULL", postgresql_not_valid=True)


def downgrade() -> None:
    op.drop_constraint("ck_orders_quantity_known", "orders", type_="check")
