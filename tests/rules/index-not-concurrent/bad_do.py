from alembic import op


def upgrade():
    op.execute("DO $$ BEGIN CREATE INDEX ix_orders_note ON orders (note); END $$")  # finds
