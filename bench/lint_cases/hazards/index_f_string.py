"""Items are looked up by product.

Revision ID: index_f_string
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: index-not-concurrent at line 22
# written as: built string

from alembic import op

revision = "index_f_string"
down_revision = "0001_shop"
branch_labels = None
depends_on = None

TABLE = "items"


def upgrade() -> None:
    op.execute(f"CREATE INDEX ix_{TABLE}_product ON {TABLE} (product)")


def downgrade() -> None:
    op.execute(f"DROP INDEX ix_{TABLE}_product")
