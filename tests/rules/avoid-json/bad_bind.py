from alembic import op


def upgrade():
    op.get_bind().exec_driver_sql("ALTER TABLE orders ADD answer json")  # finds
