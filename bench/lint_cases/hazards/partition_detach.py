"""Last year's events are archived.

Revision ID: partition_detach
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: partition-detach-blocking at line 20
# written as: SQL string

from alembic import op

revision = "partition_detach"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE events DETACH PARTITION events_2025")


def downgrade() -> None:
    pass
