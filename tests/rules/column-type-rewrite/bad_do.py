from alembic import op


def upgrade():
    op.execute("DO $$ BEGIN ALTER TABLE orders ALTER COLUMN quantity TYPE bigint; END $$")  # finds
