from alembic import op


def upgrade():
    op.execute("CREATE TEMPORARY TABLE scratch (id bigint)")
    op.execute("ALTER TABLE scratch ADD COLUMN weight bigint")
