import sqlalchemy as sa
from alembic import op


def upgrade():
    op.add_column("orders", sa.Column("number_2", sa.BigInteger, sa.Identity(always=True)))  # finds
    op.add_column("audit", sa.Column("position", sa.BigInteger, primary_key=True))  # finds
