import sqlalchemy as sa
from alembic import op


def upgrade():
    op.get_bind().execute(sa.text("CREATE INDEX ix_events_kind ON public.events (kind) WHERE kind <> ''"))  # finds
