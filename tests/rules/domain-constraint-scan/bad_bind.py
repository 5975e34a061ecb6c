from alembic import op


def upgrade():
    op.get_bind().exec_driver_sql("ALTER DOMAIN money_amount ADD CHECK (VALUE < 1e9)")  # finds
