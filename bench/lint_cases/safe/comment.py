"""What the bookings are.

Revision ID: comment
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# safe: only a comment speaks of it

from alembic import op

revision = "comment"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table_comment("bookings", "do not DROP TABLE bookings; CREATE INDEX on it only CONCURRENTLY")


def downgrade() -> None:
    op.drop_table_comment("bookings")
