from alembic import op


def upgrade():
    op.execute("DO $$ BEGIN ALTER DOMAIN money_amount ADD CHECK (VALUE >= 0); END $$")  # finds
