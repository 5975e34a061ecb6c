from alembic import op


def upgrade():
    op.execute("DO $$ BEGIN EXECUTE 'DROP TABLE ' || current_setting('shop.table'); END $$")  # finds
