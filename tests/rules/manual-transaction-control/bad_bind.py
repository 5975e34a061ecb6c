import sqlalchemy as sa
from alembic import op


def upgrade():
    connection = op.get_bind()
    connection.execute(sa.text("INSERT INTO audit (id) VALUES (1)"))
    connection.commit()  # finds
    connection.exec_driver_sql("INSERT INTO audit (id) VALUES (2)")
    connection.rollback()  # finds
