"""ALTER TYPE … ADD VALUE in an autocommit block, and the use of the value in the same revision.

Revision ID: 0022_enum_value
Revises: 0021_enum_type
Create Date: 2026-01-10 13:00:00
"""

from alembic import op

revision = "0022_enum_value"
down_revision = "0021_enum_type"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.execute("ALTER TYPE request_state ADD VALUE IF NOT EXISTS 'cancelled' BEFORE 'failed'")
    op.execute("UPDATE requests SET state = 'cancelled' WHERE state = 'failed' AND id % 2 = 0")
    op.alter_column("requests", "state", server_default="waiting")


def downgrade() -> None:
    # PostgreSQL cannot drop a value from an enum; nothing uses it any more.
    op.execute("UPDATE requests SET state = 'failed' WHERE state = 'cancelled'")
