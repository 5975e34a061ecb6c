"""DELETE of rows that nobody needs.

Revision ID: 0037_delete_rows
Revises: 0036_backfill
Create Date: 2026-01-14 11:00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0037_delete_rows"
down_revision = "0036_backfill"
branch_labels = None
depends_on = None


queue = sa.table("queue", sa.column("request_id", sa.BigInteger), sa.column("attempts", sa.SmallInteger))


def upgrade() -> None:
    op.execute("DELETE FROM tickets WHERE account_id IN (SELECT id FROM accounts WHERE handle = 'user-8')")
    op.execute(sa.delete(queue).where(queue.c.attempts == 0, queue.c.request_id < 50))


def downgrade() -> None:
    """The rows are gone."""
