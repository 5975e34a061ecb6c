from alembic import op

PER_MIGRATION = True


def upgrade():
    op.execute("create index concurrently on orders (note)")  # finds
    op.execute("REINDEX (CONCURRENTLY) TABLE accounts")  # finds
