"""The orders' indexes are made anew.

Revision ID: reindex
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: reindex-not-concurrent at line 20
# written as: SQL string

from alembic import op

revision = "reindex"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("REINDEX TABLE orders")


def downgrade() -> None:
    pass
