"""RENAME of an index and of constraints, which a renamed table leaves as they were.

Revision ID: 0020_rename_others
Revises: 0019_rename_table
Create Date: 2026-01-10 09:00:00
"""

from alembic import op

revision = "0020_rename_others"
down_revision = "0019_rename_table"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER INDEX ix_jobs_run_after RENAME TO ix_queue_run_after")
    op.execute("ALTER TABLE queue RENAME CONSTRAINT pk_jobs TO pk_queue")
    op.execute("ALTER TABLE queue RENAME CONSTRAINT ck_jobs_attempts TO ck_queue_attempts")
    op.execute("ALTER TABLE queue RENAME CONSTRAINT ck_load TO ck_queue_load")
    op.execute("ALTER TABLE queue RENAME CONSTRAINT fk_jobs_request_id_requests TO fk_queue_request_id_requests")


def downgrade() -> None:
    op.execute("ALTER TABLE queue RENAME CONSTRAINT fk_queue_request_id_requests TO fk_jobs_request_id_requests")
    op.execute("ALTER TABLE queue RENAME CONSTRAINT ck_queue_load TO ck_load")
    op.execute("ALTER TABLE queue RENAME CONSTRAINT ck_queue_attempts TO ck_jobs_attempts")
    op.execute("ALTER TABLE queue RENAME CONSTRAINT pk_queue TO pk_jobs")
    op.execute("ALTER INDEX ix_queue_run_after RENAME TO ix_jobs_run_after")
