import sqlalchemy as sa
from alembic import op


def upgrade():
    op.add_column("orders", sa.Column("rank", sa.BigInteger, nullable=False, server_default="0"))
    op.alter_column("orders", "rank", server_default=None)  # finds
