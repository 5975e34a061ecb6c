import sqlalchemy as sa
from alembic import op


def upgrade():
    connection = op.get_bind()
    connection.execute(sa.text("CREATE SEQUENCE order_number"))
    connection.exec_driver_sql(  # finds
        "ALTER TABLE orders ADD COLUMN serial_number bigint DEFAULT nextval('order_number')"
    )
