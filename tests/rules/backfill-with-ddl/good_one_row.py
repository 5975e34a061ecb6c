import sqlalchemy as sa
from alembic import op

ALLOWS = ["mixed-schema-and-data"]


def upgrade():
    op.add_column("orders", sa.Column("gross", sa.Numeric(12, 2)))
    op.execute("UPDATE orders SET gross = 0 WHERE id = 1")
    op.execute("DELETE FROM orders WHERE id IN (7, 8)")
