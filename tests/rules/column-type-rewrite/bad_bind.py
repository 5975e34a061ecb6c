import sqlalchemy as sa
from alembic import op


def upgrade():
    connection = op.get_bind()
    connection.exec_driver_sql("ALTER TABLE accounts ALTER COLUMN id TYPE integer")  # finds
    connection.execute(sa.text("ALTER TABLE orders ALTER COLUMN fee TYPE text"))  # finds
