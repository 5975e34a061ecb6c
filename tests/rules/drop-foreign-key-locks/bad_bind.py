import sqlalchemy as sa
from alembic import op


def upgrade():
    op.add_column("orders", sa.Column("payer", sa.Text))
    op.get_bind().exec_driver_sql("ALTER TABLE orders DROP CONSTRAINT orders_account_fk")  # finds
