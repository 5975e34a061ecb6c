"""The totals are brought up to date.

Revision ID: matview_refresh
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: matview-refresh-blocking at line 21
# written as: connection

import sqlalchemy as sa
from alembic import op

revision = "matview_refresh"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.get_bind().execute(sa.text("REFRESH MATERIALIZED VIEW totals"))


def downgrade() -> None:
    pass
