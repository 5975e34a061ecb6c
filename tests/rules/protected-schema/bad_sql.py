from alembic import op


def before():
    op.execute("CREATE SCHEMA safemigrate")
    op.execute("CREATE TABLE safemigrate.step (id bigint PRIMARY KEY, state text)")


def upgrade():
    op.execute("DELETE FROM safemigrate.step WHERE id = 1")  # finds
    op.execute("ALTER TABLE items SET SCHEMA safemigrate")  # finds
    op.execute("SET LOCAL search_path TO safemigrate")  # finds
