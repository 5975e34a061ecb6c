from alembic import op


def upgrade():
    op.execute("DO $$ BEGIN LOCK TABLE orders IN SHARE MODE; END $$")  # finds
