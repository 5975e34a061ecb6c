from alembic import op


def upgrade():
    op.execute("ALTER TABLE billing.invoices ADD COLUMN kind text NOT NULL, ADD COLUMN hint text")  # finds
    op.execute("ALTER TABLE orders ADD COLUMN size integer DEFAULT NULL NOT NULL")  # finds
