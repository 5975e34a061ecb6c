from alembic import op


def check(part):
    op.execute(  # finds
        f"ALTER TABLE orders ADD CONSTRAINT orders_quantity_of_{part}_check CHECK (quantity > 0) NOT VALID"
    )


def upgrade():
    for part in ("account_and_country_and_day_of_delivery_and_hour",):
        check(part)
