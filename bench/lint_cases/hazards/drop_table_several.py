"""What the old importer left behind.

Revision ID: drop_table_several
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: drop-table at line 20
# written as: SQL string

from alembic import op

revision = "drop_table_several"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SELECT 1; DROP TABLE imports; SELECT 2")


def downgrade() -> None:
    pass
