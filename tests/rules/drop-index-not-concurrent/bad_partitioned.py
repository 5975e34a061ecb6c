from alembic import op


def before():
    op.create_index("ix_events_account_id", "events", ["account_id"])


def upgrade():
    op.drop_index("ix_events_account_id", table_name="events")  # finds
