import sqlalchemy as sa
from alembic import op


def upgrade():
    connection = op.get_bind()
    connection.exec_driver_sql("CLUSTER orders USING orders_pkey")  # finds
    connection.execute(sa.text("ALTER TABLE audit SET UNLOGGED"))  # finds
