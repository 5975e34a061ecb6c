import sqlalchemy as sa
from alembic import op


def upgrade():
    for row in op.get_bind().execute(sa.text("SELECT id FROM orders")):  # finds
        op.execute(f"DELETE FROM items WHERE order_id = {row.id}")
