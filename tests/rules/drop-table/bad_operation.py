from alembic import op


def upgrade():
    op.drop_table("items")  # finds
    op.drop_table("invoices", schema="billing")  # finds
