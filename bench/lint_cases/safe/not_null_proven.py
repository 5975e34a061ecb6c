"""Every order has a quantity.

Revision ID: not_null_proven
Revises: quantity_check_valid
Create Date: 2026-03-02 10:00:00
"""

# safe: a validated check of an earlier revision spares the scan

import sqlalchemy as sa
from alembic import op

revision = "not_null_proven"
down_revision = "quantity_check_valid"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("orders", "quantity", existing_type=sa.Integer(), nullable=False)
    op.drop_constraint("ck_orders_quantity_known", "orders", type_="check")


def downgrade() -> None:
    op.alter_column("orders", "quantity", existing_type=sa.Integer(), nullable=True)
