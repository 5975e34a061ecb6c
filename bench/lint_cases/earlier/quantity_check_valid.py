"""A quantity is always there.

Revision ID: quantity_check_valid
Revises: quantity_check
Create Date: 2026-03-02 10:00:00
"""

from alembic import op

revision = "quantity_check_valid"
down_revision = "quantity_check"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE orders VALIDATE CONSTRAINT ck_orders_quantity_known")


def downgrade() -> None:
    pass
