from alembic import op


def upgrade():
    op.drop_constraint("invoices_pkey", "invoices", type_="primary", schema="billing")  # finds
