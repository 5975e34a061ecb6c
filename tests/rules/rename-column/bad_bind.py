import sqlalchemy as sa
from alembic import op


def upgrade():
    connection = op.get_bind()
    connection.execute(sa.text("ALTER TABLE orders RENAME COLUMN code TO label"))  # finds
    connection.exec_driver_sql("ALTER TABLE public.orders RENAME COLUMN note TO remark")  # finds
