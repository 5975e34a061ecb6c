"""An address has an at sign.

Revision ID: domain_check
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: domain-constraint-scan at line 20
# written as: SQL string

from alembic import op

revision = "domain_check"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER DOMAIN email_address ADD CONSTRAINT has_at CHECK (value LIKE '%@%')")


def downgrade() -> None:
    op.execute("ALTER DOMAIN email_address DROP CONSTRAINT has_at")
