"""Orders know whom and where.

Revision ID: foreign_keys
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: multiple-foreign-keys at line 21
# written as: operation

from alembic import op

revision = "foreign_keys"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_foreign_key("fk_orders_account", "orders", "accounts", ["account_id"], ["id"], postgresql_not_valid=True)
    op.create_foreign_key(
        "fk_orders_depot", "orders", "warehouses", ["warehouse_id"], ["id"], postgresql_not_valid=True
    )


def downgrade() -> None:
    op.drop_constraint("fk_orders_depot", "orders", type_="foreignkey")
    op.drop_constraint("fk_orders_account", "orders", type_="foreignkey")
