"""Open orders are new.

Revision ID: rename_enum_value
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: rename-enum-value at line 20
# written as: SQL string

from alembic import op

revision = "rename_enum_value"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TYPE order_state RENAME VALUE 'open' TO 'new'")


def downgrade() -> None:
    op.execute("ALTER TYPE order_state RENAME VALUE 'new' TO 'open'")
