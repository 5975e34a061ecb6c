"""RENAME TABLE.

Revision ID: 0019_rename_table
Revises: 0018_rename_column
Create Date: 2026-01-09 15:00:00
"""

from alembic import op

revision = "0019_rename_table"
down_revision = "0018_rename_column"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.rename_table("jobs", "queue")


def downgrade() -> None:
    op.rename_table("queue", "jobs")
