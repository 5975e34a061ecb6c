"""Events are found by kind.

Revision ID: concurrently_partitioned
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: unsupported-on-partitioned at line 21
# written as: operation

from alembic import op

revision = "concurrently_partitioned"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.create_index("ix_events_kind_at", "events", ["kind", "at"], postgresql_concurrently=True)


def downgrade() -> None:
    op.drop_index("ix_events_kind_at", "events")
