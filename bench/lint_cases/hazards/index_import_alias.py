"""Accounts are listed by plan.

Revision ID: index_import_alias
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: index-not-concurrent at line 20
# written as: other name

from alembic import op as migrate

revision = "index_import_alias"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    migrate.create_index("ix_accounts_plan", "accounts", ["plan"])


def downgrade() -> None:
    migrate.drop_index("ix_accounts_plan", "accounts")
