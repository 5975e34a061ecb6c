"""Rows: op.bulk_insert, and INSERT … SELECT.

Revision ID: 0005_first_rows
Revises: 0004_images
Create Date: 2026-01-06 11:00:00
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0005_first_rows"
down_revision = "0004_images"
branch_labels = None
depends_on = None


accounts = sa.table(
    "accounts",
    sa.column("email", sa.Text),
    sa.column("handle", sa.Text),
    sa.column("name", sa.String),
    sa.column("plan", sa.Text),
    sa.column("referrer", sa.Text),
    sa.column("created_at", sa.TIMESTAMP(timezone=True)),
)

REQUESTS = """
INSERT INTO requests (account_id, prompt, width, height, seed, cost, client, state, created_at)
SELECT 1 + n % 8, 'a lighthouse in style ' || n, 256 * (1 + n % 4), 256 * (1 + n % 3), n,
       round(n * 0.015, 3)::text, 'web/' || n % 3,
       (ARRAY['waiting', 'running', 'done', 'done', 'failed'])[1 + n % 5]::request_state,
       timestamptz '2026-01-01 00:00:00+00' + n * interval '1 minute'
  FROM generate_series(1, 400) AS n
"""

IMAGES = """
INSERT INTO images (request_id, path, bytes, legacy_url, created_at)
SELECT id, 'images/' || id || '/' || copy || '.png', width * height / copy, 'https://cdn.example/' || id,
       created_at + copy * interval '10 seconds'
  FROM requests, generate_series(1, 2) AS copy
 WHERE state = 'done'
 ORDER BY id, copy
"""

THUMBNAILS = "INSERT INTO thumbnails (image_id, path) SELECT id, path || '.jpg' FROM images WHERE id % 4 = 0"

JOBS = """
INSERT INTO jobs (request_id, worker, attempts, run_after)
SELECT id, CASE state WHEN 'running' THEN 'worker-' || id % 3 END, id % 2, created_at
  FROM requests
 WHERE state IN ('waiting', 'running')
 ORDER BY id
"""


def upgrade() -> None:
    op.bulk_insert(
        accounts,
        [
            {
                "email": f"user{n}@example.org",
                "handle": f"user-{n}",
                "name": None if n % 4 == 0 else f"User {n}",
                "plan": "studio" if n % 3 == 0 else "free",
                "referrer": '50% off: it\'s a "deal"' if n % 2 else None,
                "created_at": datetime(2025, 12, n, 12, tzinfo=UTC),
            }
            for n in range(1, 9)
        ],
    )
    op.execute(REQUESTS)
    op.execute(IMAGES)
    op.execute(THUMBNAILS)
    op.execute(JOBS)


def downgrade() -> None:
    op.execute("TRUNCATE jobs, thumbnails, images, requests, accounts RESTART IDENTITY")
