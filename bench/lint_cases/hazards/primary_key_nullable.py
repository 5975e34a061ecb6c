"""Imports get the key that they have.

Revision ID: primary_key_nullable
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: primary-key-nullable-index at line 20
# written as: SQL string

from alembic import op

revision = "primary_key_nullable"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE imports ADD CONSTRAINT pk_imports PRIMARY KEY USING INDEX ux_imports_row_number")


def downgrade() -> None:
    op.drop_constraint("pk_imports", "imports", type_="primary")
