"""Accounts have a locale.

Revision ID: backfill_after_ddl
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: backfill-with-ddl at line 22
# written as: SQL string

import sqlalchemy as sa
from alembic import op

revision = "backfill_after_ddl"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("accounts", sa.Column("locale", sa.Text()))
    op.execute("UPDATE accounts SET locale = 'en' WHERE locale IS NULL")


def downgrade() -> None:
    op.drop_column("accounts", "locale")
