"""Orders are sent.

Revision ID: enum_value_used
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: enum-value-used-in-transaction at line 21
# written as: SQL string

from alembic import op

revision = "enum_value_used"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TYPE order_state ADD VALUE 'sent'")
    op.execute("ALTER TABLE orders ALTER COLUMN state SET DEFAULT 'sent'")


def downgrade() -> None:
    op.execute("ALTER TABLE orders ALTER COLUMN state SET DEFAULT 'open'")
