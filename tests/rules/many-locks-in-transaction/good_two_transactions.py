import sqlalchemy as sa
from alembic import op

PENDING = ["before", "example"]
PER_MIGRATION = True


def before():
    op.add_column("accounts", sa.Column("hint", sa.Text))


def upgrade():
    op.add_column("orders", sa.Column("hint", sa.Text))
