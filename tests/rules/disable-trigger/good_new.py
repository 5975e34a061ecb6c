import sqlalchemy as sa
from alembic import op


def upgrade():
    op.create_table(
        "notes", sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True), sa.Column("note", sa.Text)
    )
    op.execute("CREATE TRIGGER notes_touch BEFORE INSERT ON notes FOR EACH ROW EXECUTE FUNCTION touch()")
    op.execute("ALTER TABLE notes DISABLE TRIGGER notes_touch")
