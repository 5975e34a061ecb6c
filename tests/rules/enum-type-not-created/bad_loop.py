import sqlalchemy as sa
from alembic import op

KIND = sa.Enum("shop", "web", name="kind")


def add_kind(table):
    op.add_column(table, sa.Column("kind", KIND))  # finds


def upgrade():
    for table in ("orders", "items"):
        add_kind(table)
