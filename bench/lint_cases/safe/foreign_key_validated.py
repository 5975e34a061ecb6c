"""An order's account exists.

Revision ID: foreign_key_validated
Revises: account_check_added
Create Date: 2026-03-02 10:00:00
"""

# safe: the validation has its own transaction
# pending: 2

from alembic import op

revision = "foreign_key_validated"
down_revision = "account_check_added"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE orders VALIDATE CONSTRAINT fk_orders_account_id_accounts")


def downgrade() -> None:
    pass
