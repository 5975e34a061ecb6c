import sqlalchemy as sa
from alembic import op


def upgrade():
    op.add_column("orders", sa.Column("scratch", sa.BigInteger))
    op.drop_column("orders", "scratch")
