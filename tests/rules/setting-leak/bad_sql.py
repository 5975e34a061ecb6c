from alembic import op


def upgrade():
    op.execute("SET work_mem = '64MB'; SELECT 1; SET LOCAL work_mem = '32MB'")  # finds
