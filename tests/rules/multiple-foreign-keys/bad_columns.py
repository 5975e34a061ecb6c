import sqlalchemy as sa
from alembic import op


def upgrade():
    op.add_column("items", sa.Column("seller_id", sa.BigInteger, sa.ForeignKey("accounts.id")), inline_references=True)
    op.add_column("items", sa.Column("invoice_id", sa.BigInteger, sa.ForeignKey("billing.invoices.id")))  # finds
