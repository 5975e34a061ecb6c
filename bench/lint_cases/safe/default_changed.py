"""Accounts are of the team at first.

Revision ID: default_changed
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# safe: an instant change of the catalog

import sqlalchemy as sa
from alembic import op

revision = "default_changed"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("accounts", "plan", existing_type=sa.Text(), server_default="team", existing_nullable=False)


def downgrade() -> None:
    op.alter_column("accounts", "plan", existing_type=sa.Text(), server_default="free", existing_nullable=False)
