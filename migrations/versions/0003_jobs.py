"""CREATE TABLE with a comment, and an index on the new table.

Revision ID: 0003_jobs
Revises: 0002_requests
Create Date: 2026-01-05 15:00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0003_jobs"
down_revision = "0002_requests"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "jobs",
        sa.Column("request_id", sa.BigInteger(), nullable=False),
        sa.Column("worker", sa.Text(), comment="null while nobody works on it"),
        sa.Column("attempts", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("run_after", sa.TIMESTAMP(timezone=True), server_default=sa.func.now(), nullable=False),
        comment="what the workers take next",
    )
    op.create_index("ix_jobs_run_after", "jobs", ["run_after"])


def downgrade() -> None:
    op.drop_table("jobs")
