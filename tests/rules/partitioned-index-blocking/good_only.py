from alembic import op


def upgrade():
    op.execute("CREATE INDEX ix_events_kind ON ONLY events (kind)")
