"""A view, a materialized view with an index, and a view replaced.

Revision ID: 0032_views
Revises: 0031_trigger
Create Date: 2026-01-13 09:00:00
"""

from alembic import op

revision = "0032_views"
down_revision = "0031_trigger"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE VIEW open_requests AS SELECT id, account_id FROM requests WHERE state IN ('waiting', 'running')")
    op.execute(
        "CREATE MATERIALIZED VIEW account_totals AS"
        " SELECT account_id, count(*) AS requests, sum(cost) AS cost FROM requests GROUP BY account_id"
    )
    op.execute("CREATE UNIQUE INDEX ix_account_totals_account_id ON account_totals (account_id)")
    op.execute("REFRESH MATERIALIZED VIEW account_totals")
    op.execute(
        "CREATE OR REPLACE VIEW open_requests AS"
        " SELECT id, account_id, priority FROM requests WHERE state IN ('waiting', 'running')"
    )


def downgrade() -> None:
    op.execute("DROP MATERIALIZED VIEW account_totals")
    op.execute("DROP VIEW open_requests")
