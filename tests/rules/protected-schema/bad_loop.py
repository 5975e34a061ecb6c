from alembic import op


def before():
    op.execute("CREATE SCHEMA safemigrate")
    op.execute("CREATE TABLE safemigrate.step (id bigint PRIMARY KEY, state text)")


def upgrade():
    for name in ("step",):
        op.execute(f"TRUNCATE safemigrate.{name}")  # finds
