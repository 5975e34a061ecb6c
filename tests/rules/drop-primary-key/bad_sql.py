from alembic import op


def upgrade():
    op.execute("ALTER TABLE billing.invoices DROP CONSTRAINT IF EXISTS invoices_pkey")  # finds
