from alembic import op


def before():
    bound = "at IS NOT NULL AND at >= '2026-01-01' AND at < '2027-01-01'"
    op.create_check_constraint("events_2026_bound", "events_2026", bound, postgresql_not_valid=True)
    op.execute("ALTER TABLE events_2026 VALIDATE CONSTRAINT events_2026_bound")


def upgrade():
    op.execute("ALTER TABLE events ATTACH PARTITION events_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')")
