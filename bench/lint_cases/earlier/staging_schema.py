"""A schema for what is not the application's.

Revision ID: staging_schema
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

from alembic import op

revision = "staging_schema"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE SCHEMA staging")


def downgrade() -> None:
    op.execute("DROP SCHEMA staging")
