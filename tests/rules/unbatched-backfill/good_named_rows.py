import sqlalchemy as sa
from alembic import op


def upgrade():
    op.execute("UPDATE orders SET note = 'seen' WHERE id = 5")
    op.execute("UPDATE orders SET note = 'seen' WHERE number IN ('a', 'b') AND note IS NULL")
    for order_id in (1, 2, 3):
        op.get_bind().execute(sa.text("DELETE FROM orders WHERE id = :id"), {"id": order_id})
    op.execute("INSERT INTO audit (id, what) VALUES (1, 'begun'), (2, 'done')")
    op.execute("INSERT INTO audit (id) SELECT 3 WHERE NOT EXISTS (SELECT FROM audit WHERE id = 3)")
