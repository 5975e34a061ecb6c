from alembic import op


def before():
    op.execute("CREATE MATERIALIZED VIEW countries AS SELECT country, count(*) AS accounts FROM accounts GROUP BY 1")


def upgrade():
    op.execute("REFRESH MATERIALIZED VIEW countries")  # finds
