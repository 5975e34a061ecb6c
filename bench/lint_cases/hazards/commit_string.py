"""Orders are counted per account.

Revision ID: commit_string
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: manual-transaction-control at line 20
# written as: SQL string

from alembic import op

revision = "commit_string"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("COMMIT")
    op.execute("CREATE INDEX CONCURRENTLY ix_orders_account_state ON orders (account_id, state)")


def downgrade() -> None:
    op.drop_index("ix_orders_account_state", "orders")
