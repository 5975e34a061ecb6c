"""Two tables in one revision.

Revision ID: 0004_images
Revises: 0003_jobs
Create Date: 2026-01-06 09:00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0004_images"
down_revision = "0003_jobs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "images",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("request_id", sa.BigInteger(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("bytes", sa.Integer()),
        sa.Column("legacy_url", sa.Text()),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.func.now(), nullable=False),
    )
    op.create_table(
        "thumbnails",
        sa.Column("image_id", sa.BigInteger(), sa.ForeignKey("images.id"), primary_key=True),
        sa.Column("path", sa.Text(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("thumbnails")
    op.drop_table("images")
