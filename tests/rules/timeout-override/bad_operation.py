from alembic import op


def upgrade():
    op.execute("SET LOCAL lock_timeout = 0")  # finds
    op.execute("SET LOCAL lock_timeout = '90 s'")  # finds
    op.execute("SET LOCAL statement_timeout TO '0'")  # finds
