"""Accounts are listed by age.

Revision ID: index_invoke
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: index-not-concurrent at line 21
# written as: other name

from alembic import op
from alembic.operations.ops import CreateIndexOp

revision = "index_invoke"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.invoke(CreateIndexOp("ix_accounts_created_at", "accounts", ["created_at"]))


def downgrade() -> None:
    op.drop_index("ix_accounts_created_at", "accounts")
