from alembic import op


def upgrade():
    op.execute("ALTER TABLE orders ADD COLUMN hint text; ALTER TABLE billing.invoices ADD COLUMN hint text")  # finds
