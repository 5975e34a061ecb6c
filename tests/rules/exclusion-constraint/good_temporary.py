from alembic import op


def upgrade():
    op.execute("CREATE TEMPORARY TABLE scratch (period tstzrange)")
    op.execute("ALTER TABLE scratch ADD CONSTRAINT scratch_period EXCLUDE USING gist (period WITH &&)")
