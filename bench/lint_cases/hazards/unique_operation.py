"""A warehouse is known by its name.

Revision ID: unique_operation
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: unique-constraint-scan at line 20
# written as: operation

from alembic import op

revision = "unique_operation"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_unique_constraint("uq_warehouses_name", "warehouses", ["name"])


def downgrade() -> None:
    op.drop_constraint("uq_warehouses_name", "warehouses", type_="unique")
