from alembic import op


def upgrade():
    op.execute(  # finds
        "DO $$ BEGIN CREATE SEQUENCE positions_by_account_and_country_and_city_and_day_of_delivery_then; END $$"
    )
