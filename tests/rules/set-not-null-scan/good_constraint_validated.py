from alembic import op

SETTINGS = {"pg_version": 18}


def before():
    op.execute("ALTER TABLE orders ADD CONSTRAINT orders_note_not_null NOT NULL note NOT VALID")


def upgrade():
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE orders VALIDATE CONSTRAINT orders_note_not_null")
    op.alter_column("orders", "note", nullable=False)
