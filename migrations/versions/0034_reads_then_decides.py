"""Reads the catalog through the bind, and then decides.

Revision ID: 0034_reads_then_decides
Revises: 0033_sequence
Create Date: 2026-01-13 13:00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0034_reads_then_decides"
down_revision = "0033_sequence"
branch_labels = None
depends_on = None


def upgrade() -> None:
    inspector = sa.inspect(op.get_bind())
    if "ix_images_created_at" not in {index["name"] for index in inspector.get_indexes("images")}:
        op.create_index("ix_images_created_at", "images", ["created_at"])
    if op.get_bind().scalar(sa.text("SELECT count(*) FROM accounts WHERE plan = 'studio'")):
        op.execute("UPDATE accounts SET plan = 'team' WHERE plan = 'studio'")


def downgrade() -> None:
    op.execute("UPDATE accounts SET plan = 'studio' WHERE plan = 'team'")
    op.drop_index("ix_images_created_at", "images")
