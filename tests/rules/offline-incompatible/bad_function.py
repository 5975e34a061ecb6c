import sqlalchemy as sa
from alembic import op


def exists(table):
    return sa.inspect(op.get_bind()).has_table(table)  # finds


def upgrade():
    if not exists("kinds"):
        op.create_table("kinds", sa.Column("id", sa.BigInteger, primary_key=True))
