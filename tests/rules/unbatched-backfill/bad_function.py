import sqlalchemy as sa
from alembic import op


def fix(connection, order_id):
    connection.execute(sa.text("UPDATE orders SET total = 0 WHERE id = :id"), {"id": order_id})  # finds


def upgrade():
    connection = op.get_bind()
    for order_id in connection.scalars(sa.text("SELECT id FROM orders")):
        fix(connection, order_id)
