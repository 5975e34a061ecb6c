import sqlalchemy as sa
from alembic import op


def upgrade():
    op.alter_column("orders", "quantity", type_=sa.BigInteger, existing_type=sa.Integer)  # finds
    op.alter_column("orders", "note", type_=sa.String(50))  # finds
    op.alter_column("orders", "price", type_=sa.Numeric(12, 4))  # finds
    op.alter_column(  # finds
        "orders", "placed_at", type_=sa.DateTime(timezone=True), postgresql_using="placed_at AT TIME ZONE 'UTC'"
    )
