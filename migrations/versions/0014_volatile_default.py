"""ADD COLUMN with a volatile default: rewrites the table.

Revision ID: 0014_volatile_default
Revises: 0013_add_columns
Create Date: 2026-01-08 13:00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0014_volatile_default"
down_revision = "0013_add_columns"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "images",
        sa.Column("public_id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
    )


def downgrade() -> None:
    op.drop_column("images", "public_id")
