"""What the import left is counted.

Revision ID: temporary_table
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# safe: only this session sees it

from alembic import op

revision = "temporary_table"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE TEMPORARY TABLE counted (body text, n bigint)")
    op.execute("INSERT INTO counted SELECT body, count(*) FROM imports GROUP BY body")
    op.execute("CREATE INDEX ix_counted_body ON counted (body)")
    op.execute("ALTER TABLE counted ADD CHECK (n > 0)")
    op.execute("DROP TABLE counted")


def downgrade() -> None:
    pass
