from alembic import op

INDEX = "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS {} ON public.orders (total, id)"


def upgrade():
    with op.get_context().autocommit_block():
        op.execute(INDEX.format("ux_orders_total"))  # finds
