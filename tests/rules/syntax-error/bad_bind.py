import sqlalchemy as sa
from alembic import op


def upgrade():
    connection = op.get_bind()
    connection.execute(sa.text("CREATE INDEX ix_orders_note ON orders note"))  # finds
    connection.exec_driver_sql("DROP TABEL audit")  # finds
