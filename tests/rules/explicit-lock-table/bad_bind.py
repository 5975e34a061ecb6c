import sqlalchemy as sa
from alembic import op


def upgrade():
    connection = op.get_bind()
    connection.execute(sa.text("LOCK TABLE items IN SHARE MODE"))  # finds
    connection.exec_driver_sql("LOCK audit IN ACCESS EXCLUSIVE MODE")  # finds
