from alembic import op


def upgrade():
    op.execute("CREATE TEMPORARY TABLE scratch (currency char(3))")
