"""Bookings have a room.

Revision ID: required_format
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: not-null-without-default at line 22
# written as: built string

from alembic import op

revision = "required_format"
down_revision = "0001_shop"
branch_labels = None
depends_on = None

ADD = "ALTER TABLE {table} ADD COLUMN {column} {type} NOT NULL"


def upgrade() -> None:
    op.execute(ADD.format(table="bookings", column="room", type="integer"))


def downgrade() -> None:
    op.drop_column("bookings", "room")
