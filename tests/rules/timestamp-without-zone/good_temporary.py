from alembic import op


def upgrade():
    op.execute("CREATE TEMPORARY TABLE scratch (paid_at timestamp)")
