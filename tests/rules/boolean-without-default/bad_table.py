import sqlalchemy as sa
from alembic import op


def upgrade():
    op.create_table(  # finds
        "notes",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("paid", sa.Boolean),
    )
