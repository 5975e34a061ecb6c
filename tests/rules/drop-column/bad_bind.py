import sqlalchemy as sa
from alembic import op


def upgrade():
    connection = op.get_bind()
    connection.execute(sa.text("ALTER TABLE accounts DROP country"))  # finds
    connection.exec_driver_sql("ALTER TABLE public.accounts DROP COLUMN name")  # finds
