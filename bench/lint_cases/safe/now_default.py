"""Items were changed once.

Revision ID: now_default
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# safe: now() is the same for every row

import sqlalchemy as sa
from alembic import op

revision = "now_default"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "items", sa.Column("changed_at", sa.TIMESTAMP(timezone=True), server_default=sa.func.now(), nullable=False)
    )


def downgrade() -> None:
    op.drop_column("items", "changed_at")
