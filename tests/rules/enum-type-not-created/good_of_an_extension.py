from alembic import op


def upgrade():
    op.execute("CREATE EXTENSION IF NOT EXISTS citext")
    op.execute("ALTER TABLE accounts ADD COLUMN nick citext")
