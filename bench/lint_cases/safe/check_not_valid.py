"""A price is positive.

Revision ID: check_not_valid
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# safe: a check that is not validated scans nothing

from alembic import op

revision = "check_not_valid"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_check_constraint("ck_items_price_cents", "items", "price_cents > 0", postgresql_not_valid=True)


def downgrade() -> None:
    op.drop_constraint("ck_items_price_cents", "items", type_="check")
