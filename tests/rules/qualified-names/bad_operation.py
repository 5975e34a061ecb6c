import sqlalchemy as sa
from alembic import op


def upgrade():
    op.add_column("orders", sa.Column("weight", sa.BigInteger))  # finds
    op.create_table("notes", sa.Column("id", sa.BigInteger, primary_key=True))  # finds
