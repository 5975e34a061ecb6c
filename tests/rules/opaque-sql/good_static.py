from alembic import op


def upgrade():
    op.execute("DO $$ BEGIN IF to_regclass('kinds') IS NULL THEN PERFORM 1; END IF; END $$")
    op.execute("SELECT set_config('work_mem', '64MB', true), pg_advisory_xact_lock(7)")
    op.execute("CREATE EXTENSION IF NOT EXISTS pgcrypto")
