"""Orders have a carrier.

Revision ID: ddl_before_autocommit
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: ddl-before-autocommit at line 22
# written as: operation

import sqlalchemy as sa
from alembic import op

revision = "ddl_before_autocommit"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("carrier", sa.Text()))
    with op.get_context().autocommit_block():
        op.create_index("ix_orders_carrier", "orders", ["carrier"], postgresql_concurrently=True)


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index("ix_orders_carrier", "orders", postgresql_concurrently=True)
    op.drop_column("orders", "carrier")
