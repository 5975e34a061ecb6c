"""An order's account is looked for.

Revision ID: account_check_added
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

from alembic import op

revision = "account_check_added"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_foreign_key(
        "fk_orders_account_id_accounts", "orders", "accounts", ["account_id"], ["id"], postgresql_not_valid=True
    )


def downgrade() -> None:
    op.drop_constraint("fk_orders_account_id_accounts", "orders", type_="foreignkey")
