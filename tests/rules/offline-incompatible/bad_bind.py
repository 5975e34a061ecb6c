import sqlalchemy as sa
from alembic import op


def upgrade():
    connection = op.get_bind()
    connection.execute(sa.text("SELECT count(*) FROM orders")).scalar()  # finds
    connection.exec_driver_sql("SELECT 1 FROM accounts").fetchall()
