from alembic import op


def upgrade():
    op.drop_column("orders", "reference")  # finds
    op.drop_column("invoices", "total", schema="billing")  # finds
