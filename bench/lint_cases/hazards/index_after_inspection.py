"""Orders get their index where it is missing.

Revision ID: index_after_inspection
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: index-not-concurrent at line 23
# written as: connection

import sqlalchemy as sa
from alembic import op

revision = "index_after_inspection"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    inspector = sa.inspect(op.get_bind())
    if "ix_orders_warehouse_id" not in {index["name"] for index in inspector.get_indexes("orders")}:
        op.create_index("ix_orders_warehouse_id", "orders", ["warehouse_id"])


def downgrade() -> None:
    op.drop_index("ix_orders_warehouse_id", "orders")
