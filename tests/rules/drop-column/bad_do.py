from alembic import op


def upgrade():
    op.execute("DO $$ BEGIN ALTER TABLE orders DROP COLUMN note; END $$")  # finds
