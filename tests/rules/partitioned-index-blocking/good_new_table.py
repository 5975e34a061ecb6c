from alembic import op


def upgrade():
    op.execute("CREATE TABLE visits (id bigint NOT NULL, at date NOT NULL) PARTITION BY RANGE (at)")
    op.create_index("ix_visits_at", "visits", ["at"])
