import sqlalchemy as sa
from alembic import op


def make(name):
    op.create_table(name, sa.Column("id", sa.Integer, primary_key=True))  # finds


def upgrade():
    for name in ("notes", "kinds"):
        make(name)
