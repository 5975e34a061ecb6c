"""Names may be longer.

Revision ID: wider_varchar
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# safe: a longer varchar needs no scan

import sqlalchemy as sa
from alembic import op

revision = "wider_varchar"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("accounts", "name", existing_type=sa.String(60), type_=sa.String(120), existing_nullable=True)


def downgrade() -> None:
    op.alter_column("accounts", "name", existing_type=sa.String(120), type_=sa.String(60), existing_nullable=True)
