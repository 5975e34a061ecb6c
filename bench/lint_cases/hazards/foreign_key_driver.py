"""An order leaves from a warehouse.

Revision ID: foreign_key_driver
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: foreign-key-scan at line 20
# written as: connection

from alembic import op

revision = "foreign_key_driver"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.get_bind().exec_driver_sql(
        "ALTER TABLE orders ADD CONSTRAINT fk_orders_warehouse_id FOREIGN KEY (warehouse_id) REFERENCES warehouses (id)"
    )


def downgrade() -> None:
    op.drop_constraint("fk_orders_warehouse_id", "orders", type_="foreignkey")
