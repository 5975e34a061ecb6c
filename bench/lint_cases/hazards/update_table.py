"""Everything is urgent.

Revision ID: update_table
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: unbatched-backfill at line 20
# written as: SQL string

from alembic import op

revision = "update_table"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("UPDATE orders SET priority = 1 WHERE priority = 3")


def downgrade() -> None:
    pass
