"""Events of the year after next.

Revision ID: partition_new
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# safe: the partition is empty

from alembic import op

revision = "partition_new"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE TABLE events_2028 (LIKE events)")
    op.execute("ALTER TABLE events ATTACH PARTITION events_2028 FOR VALUES FROM ('2028-01-01') TO ('2029-01-01')")


def downgrade() -> None:
    op.execute("DROP TABLE events_2028")
