"""Imports get a key.

Revision ID: primary_key
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: primary-key-scan at line 20
# written as: operation

from alembic import op

revision = "primary_key"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_primary_key("pk_imports", "imports", ["row_number"])


def downgrade() -> None:
    op.drop_constraint("pk_imports", "imports", type_="primary")
