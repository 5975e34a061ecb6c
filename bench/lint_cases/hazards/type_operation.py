"""Prices outgrow four bytes.

Revision ID: type_operation
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: column-type-rewrite at line 21
# written as: operation

import sqlalchemy as sa
from alembic import op

revision = "type_operation"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("items", "price_cents", existing_type=sa.Integer(), type_=sa.BigInteger())


def downgrade() -> None:
    op.alter_column("items", "price_cents", existing_type=sa.BigInteger(), type_=sa.Integer())
