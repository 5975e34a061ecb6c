"""Events are counted by kind.

Revision ID: partitioned_index
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: partitioned-index-blocking at line 20
# written as: operation

from alembic import op

revision = "partitioned_index"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_events_kind", "events", ["kind"])


def downgrade() -> None:
    op.drop_index("ix_events_kind", "events")
