"""Codes are no longer kept.

Revision ID: drop_column_operation
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: drop-column at line 21
# written as: operation

import sqlalchemy as sa
from alembic import op

revision = "drop_column_operation"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_column("orders", "code")


def downgrade() -> None:
    op.add_column("orders", sa.Column("code", sa.String(40)))
