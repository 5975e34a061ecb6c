from alembic import op


def upgrade():
    op.execute("DO $$ BEGIN ALTER TABLE accounts RENAME country TO land; END $$")  # finds
