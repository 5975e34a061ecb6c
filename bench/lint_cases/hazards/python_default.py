"""Items count their returns.

Revision ID: python_default
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: not-null-without-default at line 21
# written as: column keyword

import sqlalchemy as sa
from alembic import op

revision = "python_default"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("items", sa.Column("returns", sa.Integer(), default=0, nullable=False))


def downgrade() -> None:
    op.drop_column("items", "returns")
