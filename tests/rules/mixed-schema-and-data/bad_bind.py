import sqlalchemy as sa
from alembic import op


def upgrade():
    connection = op.get_bind()
    connection.exec_driver_sql("ALTER TABLE orders DROP COLUMN payload")
    connection.execute(sa.text("INSERT INTO audit (what) VALUES (:what)"), {"what": "payload"})  # finds
