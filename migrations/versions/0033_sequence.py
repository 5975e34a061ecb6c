"""A sequence, a column that draws from it, and comments.

Revision ID: 0033_sequence
Revises: 0032_views
Create Date: 2026-01-13 11:00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0033_sequence"
down_revision = "0032_views"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE SEQUENCE ticket_number START 1000")
    op.create_table(
        "tickets",
        sa.Column("number", sa.BigInteger(), server_default=sa.text("nextval('ticket_number')"), primary_key=True),
        sa.Column("account_id", sa.BigInteger(), sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
    )
    op.execute("ALTER SEQUENCE ticket_number OWNED BY tickets.number")
    op.create_table_comment("tickets", "what people write to us")
    op.execute("COMMENT ON COLUMN tickets.number IS 'shown to the user'")
    op.execute("INSERT INTO tickets (account_id, text) SELECT id, 'hello' FROM accounts ORDER BY id")


def downgrade() -> None:
    op.drop_table("tickets")
