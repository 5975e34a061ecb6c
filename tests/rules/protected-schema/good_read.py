from alembic import op


def before():
    op.execute("CREATE SCHEMA safemigrate")
    op.execute("CREATE TABLE safemigrate.step (id bigint PRIMARY KEY, state text)")


def upgrade():
    op.execute("GRANT USAGE ON SCHEMA safemigrate TO pg_monitor")
    op.execute("GRANT SELECT ON safemigrate.step TO pg_monitor")
