import sqlalchemy as sa
from alembic import op


def before():
    op.execute("ALTER TABLE orders ADD CONSTRAINT orders_number_check CHECK (number <> '')")


def upgrade():
    op.drop_constraint("orders_number_check", "orders", type_="check")
    op.alter_column("orders", "number", type_=sa.Text(), existing_type=sa.Text())
    op.create_check_constraint("orders_number_check", "orders", "number <> ''", postgresql_not_valid=True)
