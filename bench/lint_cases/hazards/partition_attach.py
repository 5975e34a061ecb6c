"""The new year's events.

Revision ID: partition_attach
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: partition-attach-scan at line 20
# written as: SQL string

from alembic import op

revision = "partition_attach"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE events ATTACH PARTITION events_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')")


def downgrade() -> None:
    op.execute("ALTER TABLE events DETACH PARTITION events_2026")
