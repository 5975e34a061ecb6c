import sqlalchemy as sa
from alembic import op


def upgrade():
    op.create_table(  # finds
        "notes",
        sa.Column("id", sa.BigInteger, primary_key=True),
        sa.Column("order_id", sa.BigInteger, sa.ForeignKey("orders.id")),
    )
