import sqlalchemy as sa
from alembic import op


def upgrade():
    op.execute("CREATE UNIQUE INDEX ux_events ON ONLY events (id, at)")
    op.add_column("events", sa.Column("hint", sa.Text))
