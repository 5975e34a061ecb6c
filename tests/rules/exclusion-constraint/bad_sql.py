from alembic import op


def upgrade():
    op.execute("ALTER TABLE orders ADD EXCLUDE USING gist (tstzrange(starts_at, ends_at) WITH &&)")  # finds
