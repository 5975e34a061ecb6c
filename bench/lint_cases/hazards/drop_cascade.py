"""Orders are no longer touched.

Revision ID: drop_cascade
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: drop-cascade at line 20
# written as: SQL string

from alembic import op

revision = "drop_cascade"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DROP FUNCTION touch() CASCADE")


def downgrade() -> None:
    pass
