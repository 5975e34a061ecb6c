"""New accounts have a token.

Revision ID: volatile_default_later
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# safe: a default of rows to come

import sqlalchemy as sa
from alembic import op

revision = "volatile_default_later"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("accounts", sa.Column("token", sa.UUID()))
    op.alter_column("accounts", "token", existing_type=sa.UUID(), server_default=sa.text("gen_random_uuid()"))


def downgrade() -> None:
    op.drop_column("accounts", "token")
