"""Quantities may be large.

Revision ID: type_under_view
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: type-change-blocked at line 21
# written as: operation

import sqlalchemy as sa
from alembic import op

revision = "type_under_view"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("orders", "quantity", existing_type=sa.Integer(), type_=sa.BigInteger())


def downgrade() -> None:
    op.alter_column("orders", "quantity", existing_type=sa.BigInteger(), type_=sa.Integer())
