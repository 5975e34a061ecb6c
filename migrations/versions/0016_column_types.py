"""ALTER COLUMN TYPE: with a rewrite, without one, and with USING.

Revision ID: 0016_column_types
Revises: 0015_generated_column
Create Date: 2026-01-09 09:00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0016_column_types"
down_revision = "0015_generated_column"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("requests", "seed", existing_type=sa.Integer(), existing_nullable=False, type_=sa.BigInteger())
    op.alter_column("requests", "prompt", existing_type=sa.String(500), existing_nullable=False, type_=sa.Text())
    op.alter_column(
        "requests",
        "cost",
        existing_type=sa.String(20),
        type_=sa.Numeric(12, 4),
        postgresql_using="cost::numeric(12, 4)",
    )


def downgrade() -> None:
    op.alter_column("requests", "cost", existing_type=sa.Numeric(12, 4), type_=sa.String(20))
    op.alter_column("requests", "prompt", existing_type=sa.Text(), existing_nullable=False, type_=sa.String(500))
    op.alter_column("requests", "seed", existing_type=sa.BigInteger(), existing_nullable=False, type_=sa.Integer())
