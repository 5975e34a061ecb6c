import sqlalchemy as sa
from alembic import op

SETTINGS = {"runner": "safemigrate"}


def upgrade():
    op.add_column("orders", sa.Column("hint", sa.Text))
    op.add_column("accounts", sa.Column("hint", sa.Text))
