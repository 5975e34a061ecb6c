import sqlalchemy as sa
from alembic import op


def upgrade():
    op.add_column("orders", sa.Column("seller_id", sa.BigInteger, sa.ForeignKey("accounts.id")))  # finds
