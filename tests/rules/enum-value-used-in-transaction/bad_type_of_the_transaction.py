from alembic import op

SETTINGS = {"pg_version": 16}


def upgrade():
    op.execute("CREATE TYPE mood AS ENUM ('good')")
    op.execute("ALTER TYPE mood ADD VALUE 'bad'")
    op.execute("SELECT 'bad'::mood")  # finds
