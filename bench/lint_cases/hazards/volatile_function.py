"""Items remember when they were seen.

Revision ID: volatile_function
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: volatile-default-rewrite at line 21
# written as: column keyword

import sqlalchemy as sa
from alembic import op

revision = "volatile_function"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("items", sa.Column("seen_at", sa.TIMESTAMP(timezone=True), server_default=sa.func.clock_timestamp()))


def downgrade() -> None:
    op.drop_column("items", "seen_at")
