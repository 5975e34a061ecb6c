from alembic import op

NO_TIMEOUT = True


def upgrade():
    op.get_bind().exec_driver_sql("ALTER TABLE orders ALTER COLUMN note DROP DEFAULT")  # finds
