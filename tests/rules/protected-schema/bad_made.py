import sqlalchemy as sa
from alembic import op


def upgrade():
    op.execute("CREATE SCHEMA IF NOT EXISTS safemigrate")  # finds
    op.create_table("own", sa.Column("id", sa.BigInteger, primary_key=True), schema="safemigrate")  # finds
