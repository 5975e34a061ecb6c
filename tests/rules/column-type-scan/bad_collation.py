import sqlalchemy as sa
from alembic import op


def upgrade():
    connection = op.get_bind()
    connection.exec_driver_sql('ALTER TABLE orders ALTER COLUMN number TYPE text COLLATE "C"')  # finds
    op.alter_column("orders", "reference", type_=sa.Text(collation="C"))  # finds
