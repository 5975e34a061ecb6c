import sqlalchemy as sa
from alembic import op


def upgrade():
    op.create_table(
        "kinds", sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True), sa.Column("name", sa.Text)
    )
    op.execute("INSERT INTO kinds (name) VALUES ('large'), ('small')")
