"""ADD COLUMN, UPDATE of every row, SET NOT NULL.

Revision ID: 0036_backfill
Revises: 0035_computes_with_data
Create Date: 2026-01-14 09:00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0036_backfill"
down_revision = "0035_computes_with_data"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("images", sa.Column("format", sa.String(10)))
    op.execute("UPDATE images SET format = CASE WHEN path LIKE '%.png' THEN 'png' ELSE 'jpeg' END")
    op.alter_column("images", "format", existing_type=sa.String(10), nullable=False)


def downgrade() -> None:
    op.drop_column("images", "format")
