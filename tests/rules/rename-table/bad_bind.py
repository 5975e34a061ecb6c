import sqlalchemy as sa
from alembic import op


def upgrade():
    connection = op.get_bind()
    connection.execute(sa.text("ALTER TABLE items RENAME TO lines"))  # finds
    connection.exec_driver_sql("ALTER TABLE public.audit RENAME TO log")  # finds
