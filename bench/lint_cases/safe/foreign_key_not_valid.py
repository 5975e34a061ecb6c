"""An order may have a warehouse.

Revision ID: foreign_key_not_valid
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# safe: a foreign key that is not validated scans nothing

from alembic import op

revision = "foreign_key_not_valid"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_foreign_key(
        "fk_orders_warehouse_id", "orders", "warehouses", ["warehouse_id"], ["id"], postgresql_not_valid=True
    )


def downgrade() -> None:
    op.drop_constraint("fk_orders_warehouse_id", "orders", type_="foreignkey")
