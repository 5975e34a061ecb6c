from alembic import op


def upgrade():
    op.execute(
        "CREATE FUNCTION fill_orders() RETURNS void LANGUAGE plpgsql AS"
        " $$ BEGIN UPDATE orders SET note = '' WHERE note IS NULL; END $$"
    )
    op.alter_column("orders", "note", server_default="")
    op.execute("SELECT fill_orders()")  # finds
