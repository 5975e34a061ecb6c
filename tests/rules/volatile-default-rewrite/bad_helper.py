import sqlalchemy as sa
from alembic import op


def token(table):
    op.add_column(table, sa.Column("token", sa.Uuid, server_default=sa.func.gen_random_uuid()))  # finds


def upgrade():
    for table in ("orders", "items"):
        token(table)
