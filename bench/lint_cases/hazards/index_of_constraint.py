"""Addresses may repeat.

Revision ID: index_of_constraint
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: drop-constraint-index at line 20
# written as: SQL string

from alembic import op

revision = "index_of_constraint"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DROP INDEX uq_accounts_email")


def downgrade() -> None:
    pass
