import sqlalchemy as sa
from alembic import op

SETTINGS = {"hot_tables": ["orders", "billing.invoices"]}


def upgrade():
    op.execute("CREATE SCHEMA sales")
    op.create_table(
        "orders", sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True), schema="sales"
    )
    op.add_column("orders", sa.Column("hint", sa.Text), schema="sales")
