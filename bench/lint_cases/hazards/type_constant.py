"""Measures become numbers.

Revision ID: type_constant
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: column-type-rewrite at line 22
# written as: built string

from alembic import op

revision = "type_constant"
down_revision = "0001_shop"
branch_labels = None
depends_on = None

CHANGE = "ALTER TABLE items ALTER COLUMN measured TYPE numeric USING measured::numeric"


def upgrade() -> None:
    op.execute(CHANGE)


def downgrade() -> None:
    op.execute("ALTER TABLE items ALTER COLUMN measured TYPE text")
