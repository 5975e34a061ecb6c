import sqlalchemy as sa
from alembic import op


def upgrade():
    op.create_table(
        "slots",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("shelf", sa.BigInteger),
        sa.Column("row", sa.BigInteger),
        sa.Column("column", sa.BigInteger),
        sa.Column("depth", sa.BigInteger),
    )
    op.create_index("ux_slots", "slots", ["shelf", "row", "column", "depth"], unique=True)
