import sqlalchemy as sa
from alembic import op


def upgrade():
    op.create_table(
        "kinds", sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True), sa.Column("name", sa.Text)
    )
    op.create_table(
        "notes",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("kind_id", sa.BigInteger, sa.ForeignKey("kinds.id", ondelete="CASCADE", name="notes_kind_fk")),
        sa.Column("parent_id", sa.BigInteger, sa.ForeignKey("notes.id", ondelete="CASCADE", name="notes_parent_fk")),
    )
    op.create_index("ix_notes_kind_id", "notes", ["kind_id"])
    op.create_index("ix_notes_parent_id", "notes", ["parent_id"])
