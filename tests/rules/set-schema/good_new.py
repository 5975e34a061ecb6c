import sqlalchemy as sa
from alembic import op


def upgrade():
    op.create_table(
        "notes", sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True), sa.Column("note", sa.Text)
    )
    op.execute("ALTER TABLE notes SET SCHEMA billing")
    op.execute("CREATE TYPE mood AS ENUM ('good', 'bad')")
    op.execute("ALTER TYPE mood SET SCHEMA billing")
