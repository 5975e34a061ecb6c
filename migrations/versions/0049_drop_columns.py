"""DROP COLUMN with data in it: cannot be taken back.

Revision ID: 0049_drop_columns
Revises: 0048_drop_constraints
Create Date: 2026-01-17 11:00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0049_drop_columns"
down_revision = "0048_drop_constraints"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_column("accounts", "referrer")
    op.drop_column("images", "legacy_url")
    op.execute("ALTER TABLE requests DROP COLUMN client, DROP COLUMN parent_id")


def downgrade() -> None:
    op.add_column("requests", sa.Column("parent_id", sa.BigInteger()))
    op.add_column("requests", sa.Column("client", sa.Text()))
    op.add_column("images", sa.Column("legacy_url", sa.Text()))
    op.add_column("accounts", sa.Column("referrer", sa.Text()))
