from alembic import op

PENDING = ["before", "example"]


def before():
    op.execute("SELECT 1")


def upgrade():
    op.drop_constraint("orders_account_fk", "orders", type_="foreignkey")  # finds
