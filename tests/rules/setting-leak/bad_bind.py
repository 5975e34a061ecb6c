import sqlalchemy as sa
from alembic import op


def upgrade():
    connection = op.get_bind()
    connection.execute(sa.text("SET lock_timeout = '2s'"))  # finds
    connection.exec_driver_sql("SET TIME ZONE 'UTC'")  # finds
