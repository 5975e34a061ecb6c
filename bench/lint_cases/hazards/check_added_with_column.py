"""Accounts have a credit.

Revision ID: check_added_with_column
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: check-constraint-scan at line 20
# written as: SQL string

from alembic import op

revision = "check_added_with_column"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE accounts ADD COLUMN credit integer CHECK (credit >= 0)")


def downgrade() -> None:
    op.drop_column("accounts", "credit")
