"""The second branch, continued: changes to a table in another schema.

Revision ID: 0043_billing_columns
Revises: 0042_billing
Create Date: 2026-01-15 15:00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0043_billing_columns"
down_revision = "0042_billing"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "invoices", sa.Column("paid", sa.Boolean(), server_default=sa.false(), nullable=False), schema="billing"
    )
    op.create_check_constraint(op.f("ck_invoices_cents"), "invoices", "cents >= 0", schema="billing")
    op.alter_column(
        "invoices",
        "cents",
        existing_type=sa.Integer(),
        existing_nullable=False,
        type_=sa.BigInteger(),
        schema="billing",
    )


def downgrade() -> None:
    op.alter_column(
        "invoices",
        "cents",
        existing_type=sa.BigInteger(),
        existing_nullable=False,
        type_=sa.Integer(),
        schema="billing",
    )
    op.drop_constraint(op.f("ck_invoices_cents"), "invoices", type_="check", schema="billing")
    op.drop_column("invoices", "paid", schema="billing")
