from alembic import op


def before():
    op.execute("CREATE DOMAIN percentage AS numeric(5, 2)")


def upgrade():
    op.execute("ALTER DOMAIN percentage ADD CONSTRAINT percentage_check CHECK (VALUE BETWEEN 0 AND 100)")
