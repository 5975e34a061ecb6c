from alembic import op


def before():
    op.execute("CREATE UNIQUE INDEX ux_events ON events (id, at)")


def upgrade():
    op.execute("ALTER TABLE events ADD CONSTRAINT events_id_key UNIQUE (id)")  # finds
    op.execute("ALTER TABLE events ADD CONSTRAINT events_key UNIQUE USING INDEX ux_events")  # finds
    op.execute("ALTER TABLE events_2024 ADD COLUMN hint text")  # finds
    op.execute("ALTER TABLE events ALTER COLUMN at TYPE timestamptz")  # finds
