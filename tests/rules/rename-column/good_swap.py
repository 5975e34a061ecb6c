import sqlalchemy as sa
from alembic import op


def upgrade():
    op.add_column("orders", sa.Column("note_new", sa.Text))
    op.alter_column("orders", "note", new_column_name="note_old")
    op.alter_column("orders", "note_new", new_column_name="note")
