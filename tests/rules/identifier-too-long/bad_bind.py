from alembic import op


def upgrade():
    op.get_bind().exec_driver_sql(  # finds
        "CREATE SEQUENCE positions_by_account_and_country_and_city_and_day_of_delivery_then"
    )
