from alembic import op


def upgrade():
    op.execute("SET LOCAL lock_timeout = '2s'; REINDEX TABLE accounts")  # finds
