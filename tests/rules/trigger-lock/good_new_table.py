import sqlalchemy as sa
from alembic import op


def upgrade():
    op.create_table(
        "kinds", sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True), sa.Column("note", sa.Text)
    )
    op.execute("CREATE TRIGGER kinds_touch BEFORE INSERT ON kinds FOR EACH ROW EXECUTE FUNCTION touch()")
    op.execute("DROP TRIGGER kinds_touch ON kinds")
