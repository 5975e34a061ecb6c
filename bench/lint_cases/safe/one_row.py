"""The harbour has a new name.

Revision ID: one_row
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# safe: one row by its key

from alembic import op

revision = "one_row"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("UPDATE warehouses SET name = 'Old Harbour' WHERE id = 1")


def downgrade() -> None:
    op.execute("UPDATE warehouses SET name = 'Harbour' WHERE id = 1")
