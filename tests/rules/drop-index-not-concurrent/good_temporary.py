from alembic import op


def upgrade():
    op.execute("CREATE TEMPORARY TABLE scratch (id bigint)")
    op.execute("CREATE INDEX ix_scratch ON scratch (id)")
    op.execute("DROP INDEX ix_scratch")
