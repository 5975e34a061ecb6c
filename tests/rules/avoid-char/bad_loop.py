import sqlalchemy as sa
from alembic import op


def add(table):
    op.add_column(table, sa.Column("currency", sa.CHAR(3)))  # finds


def upgrade():
    for table in ("orders", "items"):
        add(table)
