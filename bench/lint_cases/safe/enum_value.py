"""Orders can be lost.

Revision ID: enum_value
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# safe: the value is not used yet

from alembic import op

revision = "enum_value"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TYPE order_state ADD VALUE 'lost'")


def downgrade() -> None:
    pass
