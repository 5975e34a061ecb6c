"""The first branch: a table of its own.

Revision ID: 0040_moderation
Revises: 0039_commits
Create Date: 2026-01-15 09:00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0040_moderation"
down_revision = "0039_commits"
branch_labels = ("moderation",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "verdicts",
        sa.Column("image_id", sa.BigInteger(), sa.ForeignKey("images.id"), primary_key=True),
        sa.Column("verdict", sa.Text(), nullable=False),
    )
    op.execute("INSERT INTO verdicts SELECT id, CASE WHEN id % 7 = 0 THEN 'held' ELSE 'fine' END FROM images")


def downgrade() -> None:
    op.drop_table("verdicts")
