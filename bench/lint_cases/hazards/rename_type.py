"""States are statuses.

Revision ID: rename_type
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: rename-type at line 20
# written as: SQL string

from alembic import op

revision = "rename_type"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TYPE order_state RENAME TO order_status")


def downgrade() -> None:
    op.execute("ALTER TYPE order_status RENAME TO order_state")
