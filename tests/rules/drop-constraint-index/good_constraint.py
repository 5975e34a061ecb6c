from alembic import op


def upgrade():
    op.drop_constraint("orders_reference_key", "orders", type_="unique")
