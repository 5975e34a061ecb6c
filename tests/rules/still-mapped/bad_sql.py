from alembic import op


def upgrade():
    op.execute("ALTER TABLE public.accounts DROP COLUMN country")  # finds
    op.execute("ALTER TABLE billing.invoices SET SCHEMA public")  # finds
