"""SET lock_timeout, never reset: every later statement of the session has it.

Revision ID: 0038_lock_timeout
Revises: 0037_delete_rows
Create Date: 2026-01-14 13:00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0038_lock_timeout"
down_revision = "0037_delete_rows"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET lock_timeout = '5s'")
    op.execute("SET statement_timeout = '1h'")
    op.add_column("images", sa.Column("width", sa.Integer()))


def downgrade() -> None:
    op.drop_column("images", "width")
