import sqlalchemy as sa
from alembic import op


def concurrently(table, column):
    with op.get_context().autocommit_block():
        op.create_index(f"ix_{table}_{column}", table, [column], postgresql_concurrently=True)  # finds


def upgrade():
    op.create_table("kinds", sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True))
    for column in ("note", "code"):
        concurrently("orders", column)
