import sqlalchemy as sa
from alembic import op


def upgrade():
    for row in op.get_bind().execute(sa.text("SELECT id FROM orders")).fetchall():
        op.execute(f"UPDATE orders SET total = 0 WHERE id = {row.id}")  # finds
