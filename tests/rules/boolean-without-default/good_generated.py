import sqlalchemy as sa
from alembic import op


def upgrade():
    op.create_table(
        "notes",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("big", sa.Boolean, sa.Computed("id > 1000", persisted=True)),
    )
