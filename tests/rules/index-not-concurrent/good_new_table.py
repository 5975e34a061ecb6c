import sqlalchemy as sa
from alembic import op


def upgrade():
    op.create_table(
        "notes", sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True), sa.Column("note", sa.Text)
    )
    op.create_index("ix_notes_note", "notes", ["note"])
    op.execute("CREATE TEMPORARY TABLE scratch (id bigint)")
    op.execute("CREATE INDEX ix_scratch ON scratch (id)")
