import sqlalchemy as sa
from alembic import op

PENDING = ["before", "example"]


def before():
    op.add_column("orders", sa.Column("gross", sa.Numeric(12, 2)))


def upgrade():
    op.execute("UPDATE orders SET gross = price * quantity")  # finds
