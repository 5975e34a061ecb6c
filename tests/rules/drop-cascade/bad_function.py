from alembic import op


def upgrade():
    op.execute("DROP FUNCTION touch() CASCADE")  # finds
