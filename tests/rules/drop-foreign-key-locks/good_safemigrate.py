import sqlalchemy as sa
from alembic import op

SETTINGS = {"runner": "safemigrate"}


def upgrade():
    op.add_column("orders", sa.Column("payer", sa.Text))
    op.drop_constraint("orders_account_fk", "orders", type_="foreignkey")
