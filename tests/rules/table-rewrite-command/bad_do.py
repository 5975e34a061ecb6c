from alembic import op


def upgrade():
    op.execute("DO $$ BEGIN ALTER TABLE audit SET UNLOGGED; ALTER TABLE audit SET LOGGED; END $$")  # finds
