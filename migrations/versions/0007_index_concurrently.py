"""CREATE INDEX CONCURRENTLY in an autocommit block.

Revision ID: 0007_index_concurrently
Revises: 0006_index
Create Date: 2026-01-06 15:00:00
"""

from alembic import op

revision = "0007_index_concurrently"
down_revision = "0006_index"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.create_index("ix_images_request_id", "images", ["request_id"], postgresql_concurrently=True)
        op.create_index(
            "ix_images_path", "images", ["path"], unique=True, postgresql_concurrently=True, if_not_exists=True
        )


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index("ix_images_path", "images", postgresql_concurrently=True, if_exists=True)
        op.drop_index("ix_images_request_id", "images", postgresql_concurrently=True)
