from alembic import op


def upgrade():
    op.execute("DO $$ BEGIN DROP TABLE audit; END $$")  # finds
