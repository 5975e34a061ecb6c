import sqlalchemy as sa
from alembic import op


def upgrade():
    connection = op.get_bind()
    connection.exec_driver_sql("DO LANGUAGE plpython3u $$ plpy.execute('DROP TABLE audit') $$")  # finds
    connection.execute(sa.text("CREATE EXTENSION timescaledb"))  # finds
