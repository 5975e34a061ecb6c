from alembic import op


def upgrade():
    op.execute("CREATE INDEX ON orders (lower(note)) WHERE note IS NOT NULL")  # finds
