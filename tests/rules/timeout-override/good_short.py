from alembic import op


def upgrade():
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.execute("SET LOCAL lock_timeout = 500")
    op.execute("SET LOCAL statement_timeout = '10min'")
    op.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
