"""Items may be discounted.

Revision ID: check_column
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: check-constraint-scan at line 21
# written as: column keyword

import sqlalchemy as sa
from alembic import op

revision = "check_column"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "items", sa.Column("discount", sa.Integer(), sa.CheckConstraint("discount >= 0", name="ck_items_discount"))
    )


def downgrade() -> None:
    op.drop_column("items", "discount")
