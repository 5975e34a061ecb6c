"""CREATE TABLE with an identity column; primary and unique key are named by the naming convention.

Revision ID: 0001_accounts
Revises:
Create Date: 2026-01-05 11:00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0001_accounts"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("email", sa.Text(), nullable=False, unique=True),
        sa.Column("handle", sa.Text()),
        sa.Column("name", sa.String(60)),
        sa.Column("plan", sa.Text(), server_default="free", nullable=False),
        sa.Column("referrer", sa.Text()),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.func.now(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("accounts")
