from alembic import op

SETTINGS = {"pg_version": 18}


def upgrade():
    op.execute("CREATE TYPE mood AS ENUM ('good')")
    op.execute("ALTER TYPE mood ADD VALUE 'bad'")
    op.execute("CREATE TABLE moods (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, mood mood DEFAULT 'bad')")
