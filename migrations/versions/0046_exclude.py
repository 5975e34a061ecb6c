"""EXCLUDE constraint.

Revision ID: 0046_exclude
Revises: 0045_names
Create Date: 2026-01-16 13:00:00
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0046_exclude"
down_revision = "0045_names"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "maintenance",
        sa.Column("id", sa.Integer(), sa.Identity(), primary_key=True),
        sa.Column("during", postgresql.TSTZRANGE(), nullable=False),
    )
    op.execute("INSERT INTO maintenance (during) VALUES ('[2026-01-01 00:00+00, 2026-01-01 01:00+00)')")
    op.create_exclude_constraint("maintenance_apart", "maintenance", ("during", "&&"), using="gist")


def downgrade() -> None:
    op.drop_table("maintenance")
