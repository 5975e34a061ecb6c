from alembic import op


def upgrade():
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE orders ADD COLUMN note_new text")
        op.alter_column("orders", "note", new_column_name="note_old")  # finds
        op.alter_column("orders", "note_new", new_column_name="note")
