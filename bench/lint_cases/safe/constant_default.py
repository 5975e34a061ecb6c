"""Accounts may be locked.

Revision ID: constant_default
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# safe: the constant is kept in the catalog

import sqlalchemy as sa
from alembic import op

revision = "constant_default"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("accounts", sa.Column("locked", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    op.drop_column("accounts", "locked")
