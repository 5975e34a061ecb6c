from alembic import op


def upgrade():
    op.execute("DO $$ BEGIN UPDATE orders SET note = trim(note); END $$")  # finds
