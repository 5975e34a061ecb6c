import sqlalchemy as sa
from alembic import op


def upgrade():
    op.create_table(
        "notes", sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True), sa.Column("note", sa.Text)
    )
