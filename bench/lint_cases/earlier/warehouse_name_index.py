"""Names of warehouses are found quickly.

Revision ID: warehouse_name_index
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

from alembic import op

revision = "warehouse_name_index"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.create_index("ux_warehouses_name", "warehouses", ["name"], unique=True, postgresql_concurrently=True)


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index("ux_warehouses_name", "warehouses", postgresql_concurrently=True)
