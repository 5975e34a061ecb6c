"""Contacts are looked up by address.

Revision ID: index_do_block
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: index-not-concurrent at line 20
# written as: SQL block

from alembic import op

revision = "index_do_block"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        DO $$
        BEGIN
            IF NOT EXISTS (SELECT FROM pg_class WHERE relname = 'ix_contacts_address') THEN
                CREATE INDEX ix_contacts_address ON contacts (address);
            END IF;
        END
        $$
        """
    )


def downgrade() -> None:
    op.execute("DROP INDEX ix_contacts_address")
