import sqlalchemy as sa
from alembic import op


def upgrade():
    connection = op.get_bind()
    connection.execute(sa.text("CREATE TABLE notes (order_id bigint REFERENCES orders)"))  # finds
    connection.exec_driver_sql("CREATE TABLE hints (order_id bigint REFERENCES billing.invoices)")  # finds
