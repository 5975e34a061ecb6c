import sqlalchemy as sa
from alembic import op


def upgrade():
    op.drop_column("orders", "payload")
    connection = op.get_bind()
    connection.execute(sa.text("DELETE FROM orders WHERE note = 'test'"))  # finds
    connection.exec_driver_sql("INSERT INTO audit (id, what) SELECT id, note FROM orders")  # finds
