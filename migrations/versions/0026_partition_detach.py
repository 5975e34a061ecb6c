"""DETACH PARTITION, plain.

Revision ID: 0026_partition_detach
Revises: 0025_partition_attach
Create Date: 2026-01-11 13:00:00
"""

from alembic import op

revision = "0026_partition_detach"
down_revision = "0025_partition_attach"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE usage DETACH PARTITION usage_2025_12")


def downgrade() -> None:
    op.execute("ALTER TABLE usage ATTACH PARTITION usage_2025_12 FOR VALUES FROM ('2025-12-01') TO ('2026-01-01')")
