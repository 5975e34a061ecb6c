import sqlalchemy as sa
from alembic import op


def upgrade():
    for name in ("notes", "kinds"):
        op.create_table(name, sa.Column("id", sa.BigInteger, primary_key=True))  # finds
