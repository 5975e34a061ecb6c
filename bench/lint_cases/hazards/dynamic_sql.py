"""Whatever belongs to nobody goes.

Revision ID: dynamic_sql
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: opaque-sql at line 20
# written as: SQL block

from alembic import op

revision = "dynamic_sql"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        DO $$
        DECLARE statement text;
        BEGIN
            FOR statement IN SELECT body FROM imports WHERE body IS NOT NULL LOOP
                EXECUTE statement;
            END LOOP;
        END
        $$
        """
    )


def downgrade() -> None:
    pass
