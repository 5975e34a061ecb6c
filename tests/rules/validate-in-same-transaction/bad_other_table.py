import sqlalchemy as sa
from alembic import op


def before():
    op.create_check_constraint("orders_total_check", "orders", "total >= 0", postgresql_not_valid=True)


def upgrade():
    op.add_column("accounts", sa.Column("locale", sa.Text))
    op.execute("ALTER TABLE orders VALIDATE CONSTRAINT orders_total_check")  # finds
