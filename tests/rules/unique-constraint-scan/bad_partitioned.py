from alembic import op


def upgrade():
    op.create_unique_constraint("events_id_key", "events", ["id", "at"])  # finds
