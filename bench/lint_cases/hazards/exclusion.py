"""Bookings do not overlap.

Revision ID: exclusion
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: exclusion-constraint at line 20
# written as: operation

from alembic import op

revision = "exclusion"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_exclude_constraint("ex_bookings_during", "bookings", ("during", "&&"))


def downgrade() -> None:
    op.drop_constraint("ex_bookings_during", "bookings")
