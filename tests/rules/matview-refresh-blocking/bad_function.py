from alembic import op


def before():
    op.execute(
        "CREATE FUNCTION refresh_all() RETURNS void LANGUAGE plpgsql AS"
        " $$ BEGIN REFRESH MATERIALIZED VIEW order_totals; END $$"
    )


def upgrade():
    op.execute("SELECT refresh_all()")  # finds
