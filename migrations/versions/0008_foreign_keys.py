"""ADD FOREIGN KEY between tables that hold rows.

Revision ID: 0008_foreign_keys
Revises: 0007_index_concurrently
Create Date: 2026-01-07 09:00:00
"""

from alembic import op

revision = "0008_foreign_keys"
down_revision = "0007_index_concurrently"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_foreign_key(None, "images", "requests", ["request_id"], ["id"], ondelete="CASCADE")
    op.create_foreign_key(None, "jobs", "requests", ["request_id"], ["id"])


def downgrade() -> None:
    op.drop_constraint("fk_jobs_request_id_requests", "jobs", type_="foreignkey")
    op.drop_constraint("fk_images_request_id_requests", "images", type_="foreignkey")
