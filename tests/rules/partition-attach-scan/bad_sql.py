from alembic import op


def upgrade():
    op.execute(  # finds
        "ALTER TABLE events ATTACH PARTITION events_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')"
    )
