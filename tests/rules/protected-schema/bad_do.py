from alembic import op


def before():
    op.execute("CREATE SCHEMA safemigrate")
    op.execute("CREATE TABLE safemigrate.step (id bigint PRIMARY KEY, state text)")


def upgrade():
    op.execute("DO $$ BEGIN DELETE FROM safemigrate.step; END $$")  # finds
