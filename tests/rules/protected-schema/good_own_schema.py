import sqlalchemy as sa
from alembic import op


def upgrade():
    op.execute("CREATE SCHEMA sales")
    op.create_table("leads", sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True), schema="sales")
