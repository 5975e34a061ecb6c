"""RENAME COLUMN.

Revision ID: 0018_rename_column
Revises: 0017_defaults
Create Date: 2026-01-09 13:00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0018_rename_column"
down_revision = "0017_defaults"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("images", "bytes", existing_type=sa.Integer(), new_column_name="size_bytes")


def downgrade() -> None:
    op.alter_column("images", "size_bytes", existing_type=sa.Integer(), new_column_name="bytes")
