from alembic import op


def upgrade():
    op.drop_constraint("orders_quantity_check", "orders", type_="check")
