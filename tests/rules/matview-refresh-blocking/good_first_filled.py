from alembic import op


def before():
    op.execute("CREATE MATERIALIZED VIEW countries AS SELECT country FROM accounts WITH NO DATA")


def upgrade():
    op.execute("REFRESH MATERIALIZED VIEW countries")
