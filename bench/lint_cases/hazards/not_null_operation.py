"""Every order has a total.

Revision ID: not_null_operation
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: set-not-null-scan at line 21
# written as: operation

import sqlalchemy as sa
from alembic import op

revision = "not_null_operation"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("orders", "total", existing_type=sa.Numeric(10, 2), nullable=False)


def downgrade() -> None:
    op.alter_column("orders", "total", existing_type=sa.Numeric(10, 2), nullable=True)
