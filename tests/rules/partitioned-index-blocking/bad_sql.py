from alembic import op


def upgrade():
    op.execute("create unique index on events (id, at)")  # finds
