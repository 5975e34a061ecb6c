import sqlalchemy as sa
from alembic import op


def before():
    op.execute("CREATE FUNCTION new_ticket() RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN 'T' || random(); END $$")
    op.execute("CREATE FUNCTION drawn() RETURNS double precision LANGUAGE sql AS 'SELECT random()'")


def upgrade():
    op.add_column("orders", sa.Column("ticket", sa.Text, server_default=sa.text("new_ticket()")))  # finds
    op.add_column("orders", sa.Column("draw", sa.Float, server_default=sa.text("drawn()")))  # finds
