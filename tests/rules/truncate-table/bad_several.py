from alembic import op


def upgrade():
    op.execute("SELECT 1; TRUNCATE audit; SELECT 2")  # finds
