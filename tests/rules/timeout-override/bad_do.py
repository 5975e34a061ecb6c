from alembic import op


def upgrade():
    op.execute("DO $$ BEGIN SET LOCAL lock_timeout = 0; END $$")  # finds
