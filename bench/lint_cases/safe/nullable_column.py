"""Orders may be gifts.

Revision ID: nullable_column
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# safe: an instant change of the catalog

import sqlalchemy as sa
from alembic import op

revision = "nullable_column"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("gift", sa.Boolean()))


def downgrade() -> None:
    op.drop_column("orders", "gift")
