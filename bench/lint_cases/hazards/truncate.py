"""Imports start anew.

Revision ID: truncate
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: truncate-table at line 20
# written as: SQL string

from alembic import op

revision = "truncate"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("TRUNCATE imports")


def downgrade() -> None:
    pass
