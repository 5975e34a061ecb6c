"""A code is a reference.

Revision ID: rename_column
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: rename-column at line 20
# written as: operation

from alembic import op

revision = "rename_column"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("orders", "code", new_column_name="reference")


def downgrade() -> None:
    op.alter_column("orders", "reference", new_column_name="code")
