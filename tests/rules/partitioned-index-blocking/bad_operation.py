from alembic import op


def upgrade():
    op.create_index("ix_events_account_id", "events", ["account_id"])  # finds
