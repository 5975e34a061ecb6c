import sqlalchemy as sa
from alembic import op


def numbered(table):
    op.add_column(table, sa.Column("counter", sa.BigInteger, sa.Identity(start=100)))  # finds


def upgrade():
    for table in ("audit",):
        numbered(table)
