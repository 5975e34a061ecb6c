from alembic import op


def upgrade():
    op.rename_table("orders", "purchases")  # finds
    op.rename_table("invoices", "bills", schema="billing")  # finds
