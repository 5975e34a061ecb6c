from alembic import op


def upgrade():
    op.execute("TRUNCATE TABLE accounts CASCADE")  # finds
    op.execute("TRUNCATE items, audit RESTART IDENTITY")  # finds
