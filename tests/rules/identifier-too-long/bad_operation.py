import sqlalchemy as sa
from alembic import op


def upgrade():
    op.add_column(  # finds
        "orders", sa.Column("positions_by_account_and_country_and_city_and_day_of_delivery_then", sa.Text)
    )
    op.create_index(  # finds
        "ix_positions_by_account_and_country_and_city_and_day_of_delivery_then", "orders", ["note"]
    )
