from alembic import op


def upgrade():
    op.execute(  # finds
        "CREATE VIEW positions_by_account_and_country_and_city_and_day_of_delivery_then AS SELECT id FROM orders"
    )
    op.execute(  # finds
        'CREATE TABLE "Über positions_by_account_and_country_and_city_and_day_of_delivery_then" (id bigint)'
    )
