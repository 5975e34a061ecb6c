"""Items are sorted by price.

Revision ID: index_batch
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: index-not-concurrent at line 21
# written as: batch

from alembic import op

revision = "index_batch"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("items") as batch_op:
        batch_op.create_index("ix_items_price_cents", ["price_cents"])


def downgrade() -> None:
    op.drop_index("ix_items_price_cents", "items")
