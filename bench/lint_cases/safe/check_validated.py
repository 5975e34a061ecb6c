"""A quantity is there.

Revision ID: check_validated
Revises: quantity_check
Create Date: 2026-03-02 10:00:00
"""

# safe: the validation has its own transaction
# pending: 2

from alembic import op

revision = "check_validated"
down_revision = "quantity_check"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE orders VALIDATE CONSTRAINT ck_orders_quantity_known")


def downgrade() -> None:
    pass
