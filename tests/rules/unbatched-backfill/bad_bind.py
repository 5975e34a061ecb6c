import sqlalchemy as sa
from alembic import op


def upgrade():
    connection = op.get_bind()
    connection.execute(sa.text("UPDATE orders SET note = :note WHERE note IS NULL"), {"note": "none"})  # finds
    connection.exec_driver_sql("UPDATE orders SET total = 0 FROM accounts WHERE accounts.id = account_id")  # finds
