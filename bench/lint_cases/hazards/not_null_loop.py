"""Nothing of an order is unknown.

Revision ID: not_null_loop
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: set-not-null-scan at line 21
# written as: loop or helper

from alembic import op

revision = "not_null_loop"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in ("quantity", "placed_at"):
        op.execute(f"ALTER TABLE orders ALTER COLUMN {column} SET NOT NULL")


def downgrade() -> None:
    for column in ("quantity", "placed_at"):
        op.execute(f"ALTER TABLE orders ALTER COLUMN {column} DROP NOT NULL")
