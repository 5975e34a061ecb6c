import sqlalchemy as sa
from alembic import op


def upgrade():
    op.create_table("tickets", sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True))
    op.add_column("tickets", sa.Column("counter", sa.BigInteger, sa.Identity()))
