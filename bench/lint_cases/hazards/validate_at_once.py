"""A price is not negative.

Revision ID: validate_at_once
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: validate-in-same-transaction at line 21
# written as: operation

from alembic import op

revision = "validate_at_once"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_check_constraint("ck_items_price", "items", "price_cents >= 0", postgresql_not_valid=True)
    op.execute("ALTER TABLE items VALIDATE CONSTRAINT ck_items_price")


def downgrade() -> None:
    op.drop_constraint("ck_items_price", "items", type_="check")
