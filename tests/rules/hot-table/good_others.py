import sqlalchemy as sa
from alembic import op

SETTINGS = {"hot_tables": ["orders", "billing.invoices"]}


def upgrade():
    op.add_column("items", sa.Column("hint", sa.Text))
