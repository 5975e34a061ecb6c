from alembic import op


def upgrade():
    op.execute("SET LOCAL work_mem = '64MB'; SET LOCAL lock_timeout = 60000; SELECT 1")  # finds
