from alembic import op


def upgrade():
    op.execute(
        "CREATE FUNCTION harden() RETURNS void LANGUAGE plpgsql AS"
        " $$ BEGIN ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0); END $$"
    )
    op.execute("SELECT harden()")  # finds
