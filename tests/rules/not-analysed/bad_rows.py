import sqlalchemy as sa
from alembic import op


def upgrade():
    first = op.get_bind().execute(sa.text("SELECT id FROM orders")).first()
    op.execute(f"INSERT INTO audit (id) VALUES ({first.id})")  # finds
