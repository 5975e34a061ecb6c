import sqlalchemy as sa
from alembic import op


def forget(table):
    op.execute(f"DELETE FROM {table} WHERE id = 0")  # finds


def upgrade():
    for table in ("orders",):
        forget(table)
    op.create_table("kinds", sa.Column("id", sa.BigInteger, primary_key=True))
