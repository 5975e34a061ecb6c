import sqlalchemy as sa
from alembic import op


def before():
    op.execute("CREATE SCHEMA safemigrate")
    op.execute("CREATE TABLE safemigrate.step (id bigint PRIMARY KEY, state text)")


def upgrade():
    op.add_column("step", sa.Column("note", sa.Text), schema="safemigrate")  # finds
    op.create_index("ix_step", "step", ["state"], schema="safemigrate")  # finds
    op.drop_table("step", schema="safemigrate")  # finds
