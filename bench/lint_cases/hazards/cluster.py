"""Orders lie in the order of their dates.

Revision ID: cluster
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: table-rewrite-command at line 20
# written as: SQL string

from alembic import op

revision = "cluster"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CLUSTER orders USING ix_orders_placed_at")


def downgrade() -> None:
    pass
