from alembic import op


def upgrade():
    op.execute("TRUNCATE audit")  # finds
