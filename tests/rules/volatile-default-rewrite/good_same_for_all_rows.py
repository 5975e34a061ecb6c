import sqlalchemy as sa
from alembic import op


def before():
    op.execute("CREATE FUNCTION home_region() RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'eu' $$")
    op.execute("CREATE FUNCTION acting() RETURNS text LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN current_user; END $$")


def upgrade():
    op.add_column("orders", sa.Column("seen_at", sa.DateTime(timezone=True), server_default=sa.func.now()))
    op.add_column("orders", sa.Column("kind", sa.Text, server_default="shop", nullable=False))
    op.add_column("orders", sa.Column("region", sa.Text, server_default=sa.text("home_region()")))
    op.add_column("orders", sa.Column("actor", sa.Text, server_default=sa.text("acting()")))
