from alembic import op


def upgrade():
    op.execute("ALTER TABLE events DETACH PARTITION events_2024")  # finds
