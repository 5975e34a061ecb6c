"""DROP CONSTRAINT: unique, check, foreign key; and DROP NOT NULL.

Revision ID: 0048_drop_constraints
Revises: 0047_drop_index
Create Date: 2026-01-17 09:00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0048_drop_constraints"
down_revision = "0047_drop_index"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_constraint("uq_requests_account_id_seed", "requests", type_="unique")
    op.drop_constraint(op.f("ck_requests_size"), "requests", type_="check")
    op.drop_constraint("fk_requests_parent_id_requests", "requests", type_="foreignkey")
    op.alter_column("requests", "seed", existing_type=sa.BigInteger(), nullable=True)


def downgrade() -> None:
    op.alter_column("requests", "seed", existing_type=sa.BigInteger(), nullable=False)
    op.create_foreign_key("fk_requests_parent_id_requests", "requests", "requests", ["parent_id"], ["id"])
    op.create_check_constraint("size", "requests", "width BETWEEN 1 AND 4096 AND height BETWEEN 1 AND 4096")
    op.create_unique_constraint("uq_requests_account_id_seed", "requests", ["account_id", "seed"])
