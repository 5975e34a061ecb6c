from alembic import op


def upgrade():
    op.execute("LOCK TABLE orders IN ROW SHARE MODE")
    op.execute("LOCK TABLE orders IN SHARE UPDATE EXCLUSIVE MODE")
