import sqlalchemy as sa
from alembic import op


def notes(table):
    op.create_table(  # finds
        f"{table}_notes",
        sa.Column("id", sa.BigInteger, primary_key=True),
        sa.ForeignKeyConstraint(["id"], [f"{table}.id"]),
    )


def upgrade():
    for table in ("orders",):
        notes(table)
