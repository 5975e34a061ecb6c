import sqlalchemy as sa
from alembic import op


def upgrade():
    connection = op.get_bind()
    connection.execute(sa.text("SET LOCAL lock_timeout = '1.5min'"))  # finds
    connection.exec_driver_sql("SET LOCAL statement_timeout = '1d'")  # finds
