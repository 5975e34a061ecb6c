"""Imports are counted.

Revision ID: identity_column
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: serial-identity-rewrite at line 21
# written as: column keyword

import sqlalchemy as sa
from alembic import op

revision = "identity_column"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("imports", sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False))


def downgrade() -> None:
    op.drop_column("imports", "id")
