"""Items may outlive their order.

Revision ID: drop_foreign_key
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: drop-foreign-key-locks at line 20
# written as: operation

from alembic import op

revision = "drop_foreign_key"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_constraint("fk_items_order_id_orders", "items", type_="foreignkey")


def downgrade() -> None:
    pass
