"""Totals may be larger.

Revision ID: wider_numeric
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# safe: more digits before the point need no rewrite

from alembic import op

revision = "wider_numeric"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE orders ALTER COLUMN total TYPE numeric(14, 2)")


def downgrade() -> None:
    op.execute("ALTER TABLE orders ALTER COLUMN total TYPE numeric(10, 2)")
