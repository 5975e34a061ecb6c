from alembic import op


def upgrade():
    op.execute("RESET lock_timeout")  # finds
    op.execute("RESET ALL")  # finds
    op.execute("SET statement_timeout TO DEFAULT")  # finds
