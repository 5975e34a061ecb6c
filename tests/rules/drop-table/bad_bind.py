import sqlalchemy as sa
from alembic import op


def upgrade():
    connection = op.get_bind()
    connection.execute(sa.text("DROP TABLE items"))  # finds
    connection.exec_driver_sql("DROP TABLE public.audit")  # finds
