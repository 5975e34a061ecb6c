import sqlalchemy as sa
from alembic import op


def upgrade():
    op.create_table(
        "notes",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("note", sa.Text),
        sa.CheckConstraint("length(note) < 1000", name="notes_note_length"),
        schema="public",
    )
