from alembic import op


def upgrade():
    op.execute("SELECT $tag$ it's; ALTER TABEL $tag$")
    op.execute("DO $$ BEGIN IF true THEN PERFORM 1; END IF; END $$")
