from alembic import op


def upgrade():
    op.create_primary_key("events_pkey", "events", ["id", "at"])  # finds
