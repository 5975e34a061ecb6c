import sqlalchemy as sa
from alembic import op


def upgrade():
    op.create_table(
        "tickets", sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True), sa.Column("note", sa.Text)
    )
    op.add_column("tickets", sa.Column("note_lower", sa.Text, sa.Computed("lower(note)", persisted=True)))
