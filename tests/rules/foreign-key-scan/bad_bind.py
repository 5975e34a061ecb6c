import sqlalchemy as sa
from alembic import op


def upgrade():
    op.get_bind().execute(  # finds
        sa.text("ALTER TABLE public.items ADD FOREIGN KEY (order_id) REFERENCES public.orders (id) MATCH FULL")
    )
