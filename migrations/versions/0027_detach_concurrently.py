"""DETACH PARTITION CONCURRENTLY, which PostgreSQL refuses in a transaction block.

Revision ID: 0027_detach_concurrently
Revises: 0026_partition_detach
Create Date: 2026-01-11 15:00:00
"""

from alembic import op

revision = "0027_detach_concurrently"
down_revision = "0026_partition_detach"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE TABLE usage_2024 PARTITION OF usage FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')")
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE usage DETACH PARTITION usage_2024 CONCURRENTLY")


def downgrade() -> None:
    op.execute("DROP TABLE usage_2024")
