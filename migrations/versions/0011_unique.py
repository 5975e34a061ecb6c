"""ADD UNIQUE on a table that holds rows.

Revision ID: 0011_unique
Revises: 0010_not_null
Create Date: 2026-01-07 15:00:00
"""

from alembic import op

revision = "0011_unique"
down_revision = "0010_not_null"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_unique_constraint("uq_accounts_handle", "accounts", ["handle"])
    op.create_unique_constraint("uq_requests_account_id_seed", "requests", ["account_id", "seed"])


def downgrade() -> None:
    op.drop_constraint("uq_requests_account_id_seed", "requests", type_="unique")
    op.drop_constraint("uq_accounts_handle", "accounts", type_="unique")
