"""The counters are set while nobody orders.

Revision ID: lock_table
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: explicit-lock-table at line 20
# written as: SQL string

from alembic import op

revision = "lock_table"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("LOCK TABLE orders IN ACCESS EXCLUSIVE MODE")
    op.execute("SELECT setval(pg_get_serial_sequence('orders', 'id'), (SELECT max(id) FROM orders))")


def downgrade() -> None:
    pass
