import sqlalchemy as sa
from alembic import op


def upgrade():
    for column in (sa.Column("width", sa.Integer, nullable=False), sa.Column("depth", sa.Integer, nullable=True)):
        op.add_column("items", column)  # finds
