from alembic import op


def upgrade():
    op.get_bind().exec_driver_sql("DROP TABLE orders CASCADE")  # finds
