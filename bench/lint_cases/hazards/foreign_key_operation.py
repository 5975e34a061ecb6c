"""An order is of an account.

Revision ID: foreign_key_operation
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: foreign-key-scan at line 20
# written as: operation

from alembic import op

revision = "foreign_key_operation"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_foreign_key("fk_orders_account_id_accounts", "orders", "accounts", ["account_id"], ["id"])


def downgrade() -> None:
    op.drop_constraint("fk_orders_account_id_accounts", "orders", type_="foreignkey")
