"""Warehouses have a country.

Revision ID: required_batch
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: not-null-without-default at line 22
# written as: batch

import sqlalchemy as sa
from alembic import op

revision = "required_batch"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("warehouses") as batch_op:
        batch_op.add_column(sa.Column("country", sa.String(2), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("warehouses") as batch_op:
        batch_op.drop_column("country")
