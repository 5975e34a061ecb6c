"""ADD PRIMARY KEY on a table that holds rows.

Revision ID: 0012_primary_key
Revises: 0011_unique
Create Date: 2026-01-08 09:00:00
"""

from alembic import op

revision = "0012_primary_key"
down_revision = "0011_unique"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_primary_key("pk_jobs", "jobs", ["request_id"])


def downgrade() -> None:
    op.drop_constraint("pk_jobs", "jobs", type_="primary")
