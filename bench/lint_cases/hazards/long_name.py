"""Warehouses have a day of rest.

Revision ID: long_name
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: identifier-too-long at line 21
# written as: operation

import sqlalchemy as sa
from alembic import op

revision = "long_name"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "warehouses", sa.Column("weekday_on_which_nobody_is_there_to_take_deliveries_from_the_carriers", sa.Text())
    )


def downgrade() -> None:
    pass
