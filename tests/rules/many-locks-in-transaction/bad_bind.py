import sqlalchemy as sa
from alembic import op


def upgrade():
    connection = op.get_bind()
    connection.execute(sa.text("ALTER TABLE orders ADD COLUMN hint text"))
    connection.exec_driver_sql("CREATE INDEX ix_items_sku ON items (sku)")  # finds
