"""Items are listed by product.

Revision ID: index_imported_function
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: index-not-concurrent at line 21
# written as: loop or helper

from alembic import op
from ddl import add_index  # type: ignore[import-not-found]

revision = "index_imported_function"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    add_index("items", "product")


def downgrade() -> None:
    op.drop_index("ix_items_product", "items")
