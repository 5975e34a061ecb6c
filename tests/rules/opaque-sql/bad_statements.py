from alembic import op


def upgrade():
    op.execute("SET LOCAL work_mem = '64MB'; SELECT billing.close_year(2024);")  # finds
