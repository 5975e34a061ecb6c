import sqlalchemy as sa
from alembic import op


def stamp(table):
    op.add_column(table, sa.Column("seen", sa.Boolean))  # finds


def upgrade():
    for table in ("orders", "items", "audit"):
        stamp(table)
