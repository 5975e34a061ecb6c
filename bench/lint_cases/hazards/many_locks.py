"""Everything has a tenant.

Revision ID: many_locks
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: many-locks-in-transaction at line 22
# written as: operation

import sqlalchemy as sa
from alembic import op

revision = "many_locks"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("accounts", sa.Column("tenant", sa.Text()))
    op.add_column("items", sa.Column("tenant", sa.Text()))
    op.add_column("warehouses", sa.Column("tenant", sa.Text()))


def downgrade() -> None:
    for table in ("warehouses", "items", "accounts"):
        op.drop_column(table, "tenant")
