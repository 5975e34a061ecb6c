import sqlalchemy as sa
from alembic import op


def upgrade():
    op.get_bind().execute(  # finds
        sa.text(
            "alter table public.events attach partition public.events_2026 for values from ('2026-01-01') to (maxvalue)"
        )
    )
