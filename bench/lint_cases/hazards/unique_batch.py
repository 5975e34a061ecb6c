"""A code is given once.

Revision ID: unique_batch
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: unique-constraint-scan at line 21
# written as: batch

from alembic import op

revision = "unique_batch"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("orders", schema=None) as batch_op:
        batch_op.create_unique_constraint("uq_orders_code", ["code"])


def downgrade() -> None:
    op.drop_constraint("uq_orders_code", "orders", type_="unique")
