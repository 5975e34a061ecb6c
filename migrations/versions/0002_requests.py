"""CREATE TABLE with an enum column and an inline foreign key.

Revision ID: 0002_requests
Revises: 0001_accounts
Create Date: 2026-01-05 13:00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0002_requests"
down_revision = "0001_accounts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "requests",
        sa.Column("id", sa.BigInteger(), primary_key=True),
        sa.Column("account_id", sa.BigInteger(), sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("prompt", sa.String(500), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("seed", sa.Integer()),
        sa.Column("cost", sa.String(20)),
        sa.Column("client", sa.Text()),
        sa.Column(
            "state",
            sa.Enum("waiting", "running", "done", "failed", name="request_state"),
            server_default="waiting",
            nullable=False,
        ),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.func.now(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("requests")
    op.execute("DROP TYPE request_state")
