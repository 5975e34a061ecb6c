from alembic import op


def upgrade():
    op.execute("SELECT 1; ALTER TABLE items SET SCHEMA billing; SELECT 2")  # finds
