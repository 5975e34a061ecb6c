from alembic import op


def upgrade():
    op.execute("DO $$ BEGIN ALTER TABLE items ADD CONSTRAINT items_sku EXCLUDE (sku WITH =); END $$")  # finds
