import sqlalchemy as sa
from alembic import op


def upgrade():
    op.add_column("orders", sa.Column("customer_order_positions_by_account_and_country_and_day_of_dup", sa.Text))
    op.execute(
        "COMMENT ON TABLE orders IS 'customer_order_positions_by_account_and_country_and_day_of_delivery_and_more'"
    )
