"""DROP INDEX, plain and concurrent.

Revision ID: 0047_drop_index
Revises: 0046_exclude
Create Date: 2026-01-16 15:00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0047_drop_index"
down_revision = "0046_exclude"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_requests_open", "requests")
    with op.get_context().autocommit_block():
        op.drop_index("ix_images_created_at", "images", postgresql_concurrently=True)


def downgrade() -> None:
    op.create_index("ix_images_created_at", "images", ["created_at"])
    op.create_index("ix_requests_open", "requests", ["created_at"], postgresql_where=sa.text("state = 'waiting'"))
