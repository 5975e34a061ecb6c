"""A table filled first, then attached as a partition.

Revision ID: 0025_partition_attach
Revises: 0024_partition_index
Create Date: 2026-01-11 11:00:00
"""

from alembic import op

revision = "0025_partition_attach"
down_revision = "0024_partition_index"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE TABLE usage_2026_02 (LIKE usage INCLUDING DEFAULTS INCLUDING CONSTRAINTS)")
    op.execute("INSERT INTO usage_2026_02 SELECT 1 + n % 8, date '2026-02-01' + n, n FROM generate_series(0, 27) AS n")
    op.execute(
        "ALTER TABLE usage_2026_02 ADD CONSTRAINT day_in_february"
        " CHECK (day IS NOT NULL AND day >= '2026-02-01' AND day < '2026-03-01')"
    )
    op.execute("ALTER TABLE usage ATTACH PARTITION usage_2026_02 FOR VALUES FROM ('2026-02-01') TO ('2026-03-01')")
    op.execute("ALTER TABLE usage_2026_02 DROP CONSTRAINT day_in_february")


def downgrade() -> None:
    op.execute("ALTER TABLE usage DETACH PARTITION usage_2026_02")
    op.execute("DROP TABLE usage_2026_02")
