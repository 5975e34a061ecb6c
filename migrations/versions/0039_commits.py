"""Ends Alembic's transaction itself, so that the UPDATE does not run under the locks taken so far.

Revision ID: 0039_commits
Revises: 0038_lock_timeout
Create Date: 2026-01-14 15:00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0039_commits"
down_revision = "0038_lock_timeout"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("accounts", sa.Column("credit", sa.Integer()))
    op.execute("COMMIT")
    op.execute("UPDATE accounts SET credit = 100 WHERE credit IS NULL")
    op.execute("COMMIT")
    op.execute("ALTER TABLE accounts ALTER COLUMN credit SET DEFAULT 100")


def downgrade() -> None:
    op.drop_column("accounts", "credit")
