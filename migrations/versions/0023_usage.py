"""A partitioned table and its first partitions.

Revision ID: 0023_usage
Revises: 0022_enum_value
Create Date: 2026-01-10 15:00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0023_usage"
down_revision = "0022_enum_value"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "usage",
        sa.Column("account_id", sa.BigInteger(), sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("images", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("account_id", "day"),
        postgresql_partition_by="RANGE (day)",
    )
    op.execute("CREATE TABLE usage_2025_12 PARTITION OF usage FOR VALUES FROM ('2025-12-01') TO ('2026-01-01')")
    op.execute("CREATE TABLE usage_2026_01 PARTITION OF usage FOR VALUES FROM ('2026-01-01') TO ('2026-02-01')")
    op.execute("INSERT INTO usage SELECT 1 + n % 8, date '2025-12-01' + n, n FROM generate_series(0, 61) AS n")


def downgrade() -> None:
    op.drop_table("usage")
