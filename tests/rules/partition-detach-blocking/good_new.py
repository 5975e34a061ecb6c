from alembic import op


def upgrade():
    op.execute("CREATE TABLE visits (id bigint NOT NULL, at date NOT NULL) PARTITION BY RANGE (at)")
    op.execute("CREATE TABLE visits_2026 PARTITION OF visits FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')")
    op.execute("ALTER TABLE visits DETACH PARTITION visits_2026")
