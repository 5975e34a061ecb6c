from alembic import op


def upgrade():
    op.execute(
        "INSERT INTO audit (id, what) VALUES (1, 'customer_order_positions_by_account_and_country_and_day_of_delivery')"
    )
