from alembic import op


def upgrade():
    op.execute("DO $$ BEGIN ALTER TABLE orders ADD CONSTRAINT orders_code_key UNIQUE (code); END $$")  # finds
