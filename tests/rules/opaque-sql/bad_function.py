from alembic import op


def upgrade():
    op.execute(
        "CREATE FUNCTION widen(name text) RETURNS void LANGUAGE plpgsql AS"
        " $$ BEGIN EXECUTE format('ALTER TABLE %I ADD hint text', name); END $$"
    )
    op.execute("SELECT widen('orders')")  # finds
