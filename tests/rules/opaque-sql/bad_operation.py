from alembic import op


def upgrade():
    op.execute("CALL archive_orders(2020)")  # finds
    op.execute("SELECT create_hypertable('events', 'at')")  # finds
