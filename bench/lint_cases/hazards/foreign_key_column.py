"""An item may come from a warehouse.

Revision ID: foreign_key_column
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: foreign-key-scan at line 21
# written as: column keyword

import sqlalchemy as sa
from alembic import op

revision = "foreign_key_column"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("items", sa.Column("warehouse_id", sa.BigInteger(), sa.ForeignKey("warehouses.id")))


def downgrade() -> None:
    op.drop_column("items", "warehouse_id")
