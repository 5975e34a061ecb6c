"""Old quantities are one.

Revision ID: update_expression
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: unbatched-backfill at line 22
# written as: operation

import sqlalchemy as sa
from alembic import op

revision = "update_expression"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    orders = sa.table("orders", sa.column("quantity", sa.Integer()))
    op.execute(orders.update().where(orders.c.quantity.is_(None)).values(quantity=1))


def downgrade() -> None:
    pass
