from alembic import op


def upgrade():
    op.drop_constraint("orders_account_fk", "orders", type_="foreignkey")  # finds
