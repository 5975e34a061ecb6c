import sqlalchemy as sa
from alembic import op


def before():
    op.execute("CREATE SCHEMA safemigrate")
    op.execute("CREATE TABLE safemigrate.step (id bigint PRIMARY KEY, state text)")


def upgrade():
    connection = op.get_bind()
    connection.execute(sa.text("UPDATE safemigrate.step SET state = 'done' WHERE id = 1"))  # finds
    connection.exec_driver_sql("DROP SCHEMA safemigrate CASCADE")  # finds
