"""Items are lines.

Revision ID: rename_table
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: rename-table at line 20
# written as: other name

import alembic.op

revision = "rename_table"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    alembic.op.rename_table("items", "order_lines")


def downgrade() -> None:
    alembic.op.rename_table("order_lines", "items")
