from alembic import op


def upgrade():
    op.execute("SET LOCAL statement_timeout = '1min'; ALTER TABLE audit SET UNLOGGED, ALTER what SET NOT NULL")  # finds
