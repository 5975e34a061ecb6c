"""ADD CHECK on a table that holds rows.

Revision ID: 0009_checks
Revises: 0008_foreign_keys
Create Date: 2026-01-07 11:00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0009_checks"
down_revision = "0008_foreign_keys"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_check_constraint("size", "requests", "width BETWEEN 1 AND 4096 AND height BETWEEN 1 AND 4096")
    op.create_check_constraint(op.f("ck_jobs_attempts"), "jobs", sa.column("attempts") >= 0)
    op.create_check_constraint(op.f("ck_accounts_plan"), "accounts", "plan IN ('free', 'studio', 'team')")


def downgrade() -> None:
    op.drop_constraint(op.f("ck_accounts_plan"), "accounts", type_="check")
    op.drop_constraint(op.f("ck_jobs_attempts"), "jobs", type_="check")
    op.drop_constraint(op.f("ck_requests_size"), "requests", type_="check")
