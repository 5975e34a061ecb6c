"""Accounts get a handle.

Revision ID: unique_column_keyword
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: unique-constraint-scan at line 21
# written as: column keyword

import sqlalchemy as sa
from alembic import op

revision = "unique_column_keyword"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("accounts", sa.Column("handle", sa.Text(), unique=True))


def downgrade() -> None:
    op.drop_column("accounts", "handle")
