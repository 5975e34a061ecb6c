"""An order's account is known to exist.

Revision ID: validate_next_revision
Revises: account_check_added
Create Date: 2026-03-02 10:00:00
"""

# hazard: validate-in-same-transaction at line 22
# written as: SQL string
# pending: 2
# transaction: one

from alembic import op

revision = "validate_next_revision"
down_revision = "account_check_added"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE orders VALIDATE CONSTRAINT fk_orders_account_id_accounts")


def downgrade() -> None:
    pass
