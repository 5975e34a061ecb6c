from alembic import op


def upgrade():
    op.execute("DO $$ BEGIN IF true THEN PERFORM 1; END $$")  # finds
