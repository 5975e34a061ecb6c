import sqlalchemy as sa
from alembic import op


def upgrade():
    op.create_table(
        "notes",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("state", sa.Text),
        sa.CheckConstraint("state IN ('new', 'paid') AND char_length(state) <= 10", name="notes_state_check"),
        schema="public",
    )
