"""SET DEFAULT, DROP DEFAULT, and a comment on a column.

Revision ID: 0017_defaults
Revises: 0016_column_types
Create Date: 2026-01-09 11:00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0017_defaults"
down_revision = "0016_column_types"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column(
        "requests", "priority", existing_type=sa.SmallInteger(), existing_nullable=False, server_default="3"
    )
    op.alter_column("accounts", "plan", existing_type=sa.Text(), existing_nullable=False, server_default=None)
    op.alter_column("requests", "cost", existing_type=sa.Numeric(12, 4), comment="in dollars; what it's billed at")


def downgrade() -> None:
    op.alter_column("requests", "cost", existing_type=sa.Numeric(12, 4), comment=None)
    op.alter_column("accounts", "plan", existing_type=sa.Text(), existing_nullable=False, server_default="free")
    op.alter_column(
        "requests", "priority", existing_type=sa.SmallInteger(), existing_nullable=False, server_default="5"
    )
