import sqlalchemy as sa
from alembic import op


def upgrade():
    seller = sa.ForeignKey("accounts.id", name="orders_seller_fk")
    op.add_column("orders", sa.Column("seller_id", sa.BigInteger, seller))  # finds
