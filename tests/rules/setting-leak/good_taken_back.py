from alembic import op


def upgrade():
    op.execute("SET work_mem = '64MB'")
    op.execute("SET maintenance_work_mem = '1GB'")
    op.execute("RESET work_mem")
    op.execute("SET maintenance_work_mem TO DEFAULT")
