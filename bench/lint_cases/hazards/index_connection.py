"""Bookings are looked up by time.

Revision ID: index_connection
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: index-not-concurrent at line 22
# written as: connection

import sqlalchemy as sa
from alembic import op

revision = "index_connection"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    connection = op.get_bind()
    connection.execute(sa.text("CREATE INDEX ix_bookings_during ON bookings USING gist (during)"))


def downgrade() -> None:
    op.execute("DROP INDEX ix_bookings_during")
