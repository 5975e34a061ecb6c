from alembic import op


def upgrade():
    op.execute("CREATE MATERIALIZED VIEW countries AS SELECT country FROM accounts WITH NO DATA")
    op.execute("REFRESH MATERIALIZED VIEW countries")
