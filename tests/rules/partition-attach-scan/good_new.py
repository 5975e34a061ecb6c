from alembic import op


def upgrade():
    op.execute("CREATE TABLE events_2027 (LIKE events)")
    op.execute("ALTER TABLE events ATTACH PARTITION events_2027 FOR VALUES FROM ('2027-01-01') TO ('2028-01-01')")
