"""Imports are numbered.

Revision ID: serial_column
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: serial-identity-rewrite at line 20
# written as: SQL string

from alembic import op

revision = "serial_column"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE imports ADD COLUMN id bigserial")


def downgrade() -> None:
    op.drop_column("imports", "id")
