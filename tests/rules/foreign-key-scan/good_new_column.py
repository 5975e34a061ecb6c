import sqlalchemy as sa
from alembic import op

ALLOWS = ("unindexed-foreign-key", "unnamed-constraint")


def upgrade():
    seller = sa.Column("seller_id", sa.BigInteger, sa.ForeignKey("accounts.id", ondelete="SET NULL"))
    op.add_column("orders", seller, inline_references=True)
