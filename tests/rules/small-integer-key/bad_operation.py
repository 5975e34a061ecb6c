import sqlalchemy as sa
from alembic import op


def upgrade():
    op.create_table("notes", sa.Column("id", sa.Integer, primary_key=True))  # finds
    op.create_table("kinds", sa.Column("id", sa.SmallInteger, sa.Identity(), primary_key=True))  # finds
