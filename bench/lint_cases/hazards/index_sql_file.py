"""Orders are looked up by code.

Revision ID: index_sql_file
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: index-not-concurrent at line 24
# written as: built string

from pathlib import Path

from alembic import op

revision = "index_sql_file"
down_revision = "0001_shop"
branch_labels = None
depends_on = None

SQL = Path(__file__).parent.parent / "sql"


def upgrade() -> None:
    op.execute((SQL / "order_lookup.sql").read_text())


def downgrade() -> None:
    op.execute("DROP INDEX ix_orders_lookup")
