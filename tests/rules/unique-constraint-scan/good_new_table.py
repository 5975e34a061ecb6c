import sqlalchemy as sa
from alembic import op


def upgrade():
    op.create_table(
        "coupons",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("code", sa.Text, nullable=False),
    )
    op.create_unique_constraint("coupons_code_key", "coupons", ["code"])
