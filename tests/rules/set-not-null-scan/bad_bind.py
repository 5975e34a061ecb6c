import sqlalchemy as sa
from alembic import op


def upgrade():
    op.get_bind().execute(sa.text("alter table public.items alter sku set not null"))  # finds
