from alembic import op

SETTINGS = {"hot_tables": ["orders", "billing.invoices"]}


def upgrade():
    op.execute("UPDATE orders SET note = '' WHERE note IS NULL")  # finds
    op.execute("ALTER TABLE public.orders ADD hint text")  # finds
