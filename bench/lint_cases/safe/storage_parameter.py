"""Orders are vacuumed more often.

Revision ID: storage_parameter
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# safe: a lock that lets rows be read and written

from alembic import op

revision = "storage_parameter"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE orders SET (autovacuum_vacuum_scale_factor = 0.02)")


def downgrade() -> None:
    op.execute("ALTER TABLE orders RESET (autovacuum_vacuum_scale_factor)")
