from alembic import op


def upgrade():
    op.execute("DO $$ BEGIN DROP TRIGGER orders_touch ON orders; END $$")  # finds
