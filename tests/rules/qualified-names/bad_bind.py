from alembic import op


def upgrade():
    op.get_bind().exec_driver_sql("UPDATE orders SET note = '' WHERE id = 1")  # finds
