"""Contacts need no key.

Revision ID: drop_primary_key
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: drop-primary-key at line 20
# written as: operation

from alembic import op

revision = "drop_primary_key"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_constraint("contacts_pkey", "contacts", type_="primary")


def downgrade() -> None:
    op.create_primary_key("contacts_pkey", "contacts", ["id"])
