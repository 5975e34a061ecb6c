import sqlalchemy as sa
from alembic import op


def before():
    op.execute("CREATE TABLE events_other PARTITION OF events DEFAULT")


def upgrade():
    op.execute(sa.text("ALTER TABLE events DETACH PARTITION events_2024"))  # finds
