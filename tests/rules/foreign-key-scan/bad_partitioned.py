from alembic import op


def upgrade():
    op.create_foreign_key("events_account_fk", "events", "accounts", ["account_id"], ["id"])  # finds
