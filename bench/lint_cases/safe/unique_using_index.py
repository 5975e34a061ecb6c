"""A warehouse has one name.

Revision ID: unique_using_index
Revises: warehouse_name_index
Create Date: 2026-03-02 10:00:00
"""

# safe: the index is there, nothing is scanned

from alembic import op

revision = "unique_using_index"
down_revision = "warehouse_name_index"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE warehouses ADD CONSTRAINT uq_warehouses_name UNIQUE USING INDEX ux_warehouses_name")


def downgrade() -> None:
    op.drop_constraint("uq_warehouses_name", "warehouses", type_="unique")
