"""Paid orders are seen.

Revision ID: view_and_function
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# safe: nobody uses them yet

from alembic import op

revision = "view_and_function"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE VIEW paid_orders AS SELECT id, total FROM orders WHERE state = 'paid'")
    op.execute("CREATE FUNCTION cents(numeric) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT ($1 * 100)::bigint'")


def downgrade() -> None:
    op.execute("DROP FUNCTION cents(numeric)")
    op.execute("DROP VIEW paid_orders")
