import sqlalchemy as sa
from alembic import op


def upgrade():
    op.add_column("orders", sa.Column("payer", sa.Text))
    op.drop_constraint("orders_account_fk", "orders", type_="foreignkey")  # finds
