from alembic import op


def upgrade():
    op.get_bind().exec_driver_sql("ALTER TABLE orders ADD CONSTRAINT orders_code CHECK (code LIKE 'A%')")  # finds
