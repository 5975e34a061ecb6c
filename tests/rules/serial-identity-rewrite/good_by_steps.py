import sqlalchemy as sa
from alembic import op


def upgrade():
    op.execute("CREATE SEQUENCE orders_counter_seq")
    op.add_column("orders", sa.Column("counter", sa.BigInteger))
    op.alter_column("orders", "counter", server_default=sa.text("nextval('orders_counter_seq')"))
    op.execute("ALTER SEQUENCE orders_counter_seq OWNED BY orders.counter")
