from alembic import op


def upgrade():
    op.execute("DO $$ BEGIN SET work_mem = '64MB'; END $$")  # finds
