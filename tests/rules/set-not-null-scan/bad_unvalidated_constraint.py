from alembic import op

SETTINGS = {"pg_version": 18}


def before():
    op.execute("ALTER TABLE orders ADD CONSTRAINT orders_note_not_null NOT NULL note NOT VALID")


def upgrade():
    op.alter_column("orders", "note", nullable=False)  # finds
