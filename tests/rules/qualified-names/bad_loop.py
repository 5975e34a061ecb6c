import sqlalchemy as sa
from alembic import op


def upgrade():
    for table in ("orders", "items"):
        op.add_column(table, sa.Column("weight", sa.BigInteger))  # finds
