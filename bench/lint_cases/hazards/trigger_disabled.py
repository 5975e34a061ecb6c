"""Nothing touches orders.

Revision ID: trigger_disabled
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: disable-trigger at line 20
# written as: SQL string

from alembic import op

revision = "trigger_disabled"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE orders DISABLE TRIGGER orders_touch")


def downgrade() -> None:
    op.execute("ALTER TABLE orders ENABLE TRIGGER orders_touch")
