"""Codes may be of any length.

Revision ID: varchar_to_text
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# safe: text needs no scan either

import sqlalchemy as sa
from alembic import op

revision = "varchar_to_text"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("orders") as batch_op:
        batch_op.alter_column("code", existing_type=sa.String(40), type_=sa.Text())


def downgrade() -> None:
    with op.batch_alter_table("orders") as batch_op:
        batch_op.alter_column("code", existing_type=sa.Text(), type_=sa.String(40))
