import sqlalchemy as sa
from alembic import op


def upgrade():
    op.get_bind().execute(sa.text("ALTER TABLE public.items ADD CONSTRAINT items_sku EXCLUDE (sku WITH =)"))  # finds
