from alembic import op


def upgrade():
    op.execute("CREATE TEMPORARY TABLE scratch (id bigint)")
    op.execute("DROP TABLE scratch")
