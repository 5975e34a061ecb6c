import sqlalchemy as sa
from alembic import op


def upgrade():
    op.create_table(
        "tickets", sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True), sa.Column("size", sa.Text)
    )
    op.alter_column("tickets", "size", type_=sa.BigInteger, postgresql_using="size::bigint")
