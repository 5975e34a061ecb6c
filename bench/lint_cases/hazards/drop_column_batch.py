"""Prices are kept elsewhere.

Revision ID: drop_column_batch
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: drop-column at line 22
# written as: batch

import sqlalchemy as sa
from alembic import op

revision = "drop_column_batch"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("items") as batch_op:
        batch_op.drop_column("price_cents")


def downgrade() -> None:
    op.add_column("items", sa.Column("price_cents", sa.Integer()))
