from alembic import op

SETTINGS = {"pg_version": 18}


def before():
    op.create_index("ix_events_account_id", "events", ["account_id"])


def upgrade():
    op.create_foreign_key("events_account_fk", "events", "accounts", ["account_id"], ["id"], postgresql_not_valid=True)
