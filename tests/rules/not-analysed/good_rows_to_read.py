import sqlalchemy as sa
from alembic import op

ALLOWS = ["offline-incompatible"]


def upgrade():
    for row in op.get_bind().execute(sa.text("SELECT id FROM orders WHERE note = 'x'")):
        op.execute(f"INSERT INTO audit (id) VALUES ({row.id})")
