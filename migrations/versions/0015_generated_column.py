"""ADD COLUMN GENERATED ALWAYS AS … STORED: rewrites the table.

Revision ID: 0015_generated_column
Revises: 0014_volatile_default
Create Date: 2026-01-08 15:00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0015_generated_column"
down_revision = "0014_volatile_default"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "requests", sa.Column("pixels", sa.BigInteger(), sa.Computed("width::bigint * height", persisted=True))
    )


def downgrade() -> None:
    op.drop_column("requests", "pixels")
