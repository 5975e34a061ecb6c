"""Row numbers may repeat.

Revision ID: index_drop_joined
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: drop-index-not-concurrent at line 20
# written as: built string

from alembic import op

revision = "index_drop_joined"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(" ".join(["DROP INDEX", "ux_imports_row_number"]))


def downgrade() -> None:
    op.create_index("ux_imports_row_number", "imports", ["row_number"], unique=True)
