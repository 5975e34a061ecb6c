"""A DO block with dynamic SQL.

Revision ID: 0030_do_block
Revises: 0029_raw_statements
Create Date: 2026-01-12 13:00:00
"""

from alembic import op

revision = "0030_do_block"
down_revision = "0029_raw_statements"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        DO $body$
        DECLARE
            part regclass;
        BEGIN
            FOR part IN SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'usage'::regclass ORDER BY 1 LOOP
                EXECUTE format('ALTER TABLE %s SET (fillfactor = 80)', part);
            END LOOP;
        END
        $body$
        """
    )


def downgrade() -> None:
    op.execute("ALTER TABLE usage_2026_01 RESET (fillfactor)")
    op.execute("ALTER TABLE usage_2026_02 RESET (fillfactor)")
