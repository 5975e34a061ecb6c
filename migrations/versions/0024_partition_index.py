"""CREATE INDEX on a partitioned table: builds one on every partition.

Revision ID: 0024_partition_index
Revises: 0023_usage
Create Date: 2026-01-11 09:00:00
"""

from alembic import op

revision = "0024_partition_index"
down_revision = "0023_usage"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_usage_day", "usage", ["day"])


def downgrade() -> None:
    op.drop_index("ix_usage_day", "usage")
