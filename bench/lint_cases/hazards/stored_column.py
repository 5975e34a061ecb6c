"""Orders have a searchable code.

Revision ID: stored_column
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: stored-generated-rewrite at line 21
# written as: column keyword

import sqlalchemy as sa
from alembic import op

revision = "stored_column"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("code_lower", sa.Text(), sa.Computed("lower(code)", persisted=True)))


def downgrade() -> None:
    op.drop_column("orders", "code_lower")
