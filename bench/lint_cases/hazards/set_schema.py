"""Imports are kept apart.

Revision ID: set_schema
Revises: staging_schema
Create Date: 2026-03-02 10:00:00
"""

# hazard: set-schema at line 20
# written as: SQL string

from alembic import op

revision = "set_schema"
down_revision = "staging_schema"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE imports SET SCHEMA staging")


def downgrade() -> None:
    op.execute("ALTER TABLE staging.imports SET SCHEMA public")
