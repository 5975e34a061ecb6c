import sqlalchemy as sa
from alembic import op


def upgrade():
    op.add_column("orders", sa.Column("gross", sa.Numeric, sa.Computed("price * 1.19", persisted=True)))  # finds
