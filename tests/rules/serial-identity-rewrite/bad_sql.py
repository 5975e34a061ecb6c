from alembic import op


def upgrade():
    op.execute("ALTER TABLE orders ADD COLUMN counter bigserial")  # finds
    op.execute("ALTER TABLE billing.invoices ADD COLUMN counter serial")  # finds
