"""The second branch: tables in a schema other than public.

Revision ID: 0042_billing
Revises: 0039_commits
Create Date: 2026-01-15 13:00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0042_billing"
down_revision = "0039_commits"
branch_labels = ("billing",)
depends_on = None


def upgrade() -> None:
    op.execute("CREATE SCHEMA billing")
    op.create_table(
        "invoices",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("account_id", sa.BigInteger(), sa.ForeignKey("public.accounts.id"), nullable=False),
        sa.Column("cents", sa.Integer(), nullable=False),
        schema="billing",
    )
    op.create_index("ix_invoices_account_id", "invoices", ["account_id"], schema="billing")
    op.execute("INSERT INTO billing.invoices (account_id, cents) SELECT id, id * 250 FROM accounts ORDER BY id")


def downgrade() -> None:
    op.drop_table("invoices", schema="billing")
    op.execute("DROP SCHEMA billing")
