"""Items are indexed as the operators do it.

Revision ID: index_plpgsql_function
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: index-not-concurrent at line 20
# written as: SQL block

from alembic import op

revision = "index_plpgsql_function"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SELECT index_items()")


def downgrade() -> None:
    op.execute("DROP INDEX ix_items_product")
