"""Items may weigh.

Revision ID: timeout_off
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: timeout-override at line 21
# written as: SQL string

import sqlalchemy as sa
from alembic import op

revision = "timeout_off"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET lock_timeout = 0")
    op.add_column("items", sa.Column("grams", sa.Integer()))


def downgrade() -> None:
    op.drop_column("items", "grams")
