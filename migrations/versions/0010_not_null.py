"""UPDATE, then SET NOT NULL.

Revision ID: 0010_not_null
Revises: 0009_checks
Create Date: 2026-01-07 13:00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0010_not_null"
down_revision = "0009_checks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("UPDATE accounts SET name = initcap(handle) WHERE name IS NULL")
    op.alter_column("accounts", "name", existing_type=sa.String(60), nullable=False)
    op.alter_column("requests", "seed", existing_type=sa.Integer(), nullable=False)


def downgrade() -> None:
    op.alter_column("requests", "seed", existing_type=sa.Integer(), nullable=True)
    op.alter_column("accounts", "name", existing_type=sa.String(60), nullable=True)
