import sqlalchemy as sa
from alembic import op


def upgrade():
    op.add_column(  # finds
        "orders", sa.Column("token", sa.Uuid, server_default=sa.text("gen_random_uuid()"), nullable=False)
    )
    op.add_column(  # finds
        "invoices",
        sa.Column("seen_at", sa.DateTime(timezone=True), server_default=sa.func.clock_timestamp()),
        schema="billing",
    )
