import sqlalchemy as sa
from alembic import op


def upgrade():
    op.create_table(
        "tickets", sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True), sa.Column("note", sa.Text)
    )
    op.add_column("tickets", sa.Column("token", sa.Uuid, server_default=sa.text("gen_random_uuid()")))
