from alembic import op

SETTINGS = {"pg_version": 18}


def upgrade():
    op.execute("ALTER TABLE orders ADD CONSTRAINT orders_note_not_null NOT NULL note")  # finds
