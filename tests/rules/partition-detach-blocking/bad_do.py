from alembic import op


def upgrade():
    op.execute("DO $$ BEGIN ALTER TABLE events DETACH PARTITION events_2024; END $$")  # finds
