import sqlalchemy as sa
from alembic import op


def upgrade():
    op.create_table("tags", sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True), sa.Column("tag", sa.Text))
    op.alter_column("tags", "tag", nullable=False)
