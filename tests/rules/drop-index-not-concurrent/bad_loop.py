from alembic import op


def drop(*names):
    for name in names:
        op.drop_index(name, "orders")  # finds


def upgrade():
    drop("ux_orders_number")
