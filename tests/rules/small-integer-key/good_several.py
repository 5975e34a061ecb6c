import sqlalchemy as sa
from alembic import op


def upgrade():
    op.create_table(
        "lines",
        sa.Column("order_id", sa.BigInteger, primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
    )
