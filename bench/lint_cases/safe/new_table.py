"""Refunds are kept.

Revision ID: new_table
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# safe: nobody uses a table that is new

import sqlalchemy as sa
from alembic import op

revision = "new_table"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "refunds",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("cents", sa.Integer(), nullable=False),
    )
    op.create_index("ix_refunds_order_id", "refunds", ["order_id"])
    op.create_unique_constraint("uq_refunds_order_id_cents", "refunds", ["order_id", "cents"])
    op.create_check_constraint("ck_refunds_cents", "refunds", "cents > 0")


def downgrade() -> None:
    op.drop_table("refunds")
