import sqlalchemy as sa
from alembic import op

SETTINGS = {"hot_tables": ["orders", "billing.invoices"]}


def upgrade():
    op.add_column("orders", sa.Column("hint", sa.Text))  # finds
    op.create_index("ix_invoices_total", "invoices", ["total"], schema="billing")  # finds
    op.alter_column("orders", "note", nullable=False)  # finds
