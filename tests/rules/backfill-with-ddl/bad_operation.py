import sqlalchemy as sa
from alembic import op


def upgrade():
    op.add_column("orders", sa.Column("gross", sa.Numeric(12, 2)))
    op.execute(sa.text("UPDATE orders SET gross = price * quantity"))  # finds
