from alembic import op


def upgrade():
    op.execute("DO $$ BEGIN ALTER TABLE items RENAME TO lines; END $$")  # finds
