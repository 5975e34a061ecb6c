from alembic import op


def upgrade():
    op.execute("SET LOCAL lock_timeout = '2s'; ALTER TABLE events DETACH PARTITION events_2024;")  # finds
