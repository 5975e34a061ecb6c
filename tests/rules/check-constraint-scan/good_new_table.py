import sqlalchemy as sa
from alembic import op


def upgrade():
    op.create_table(
        "prices",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("price", sa.Numeric(12, 2), nullable=False),
    )
    op.create_check_constraint("prices_price_check", "prices", "price > 0")
