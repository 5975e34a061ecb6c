"""Warehouses are of a kind.

Revision ID: enum_without_type
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: enum-type-not-created at line 21
# written as: operation

import sqlalchemy as sa
from alembic import op

revision = "enum_without_type"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("warehouses", sa.Column("kind", sa.Enum("own", "rented", name="warehouse_kind")))


def downgrade() -> None:
    op.drop_column("warehouses", "kind")
