"""batch_alter_table: its statements come out when the block ends.

Revision ID: 0028_batch_alter
Revises: 0027_detach_concurrently
Create Date: 2026-01-12 09:00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0028_batch_alter"
down_revision = "0027_detach_concurrently"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("accounts") as batch_op:
        batch_op.add_column(sa.Column("locale", sa.String(5), server_default="en", nullable=False))
        batch_op.alter_column("name", existing_type=sa.String(60), existing_nullable=False, type_=sa.String(120))
        batch_op.create_index("ix_accounts_created_at", ["created_at"])
        batch_op.create_check_constraint(op.f("ck_accounts_locale"), "length(locale) IN (2, 5)")


def downgrade() -> None:
    with op.batch_alter_table("accounts") as batch_op:
        batch_op.drop_constraint(op.f("ck_accounts_locale"), type_="check")
        batch_op.drop_index("ix_accounts_created_at")
        batch_op.alter_column("name", existing_type=sa.String(120), existing_nullable=False, type_=sa.String(60))
        batch_op.drop_column("locale")
