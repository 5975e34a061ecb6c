import sqlalchemy as sa
from alembic import op


def upgrade():
    op.execute("SET LOCAL timezone = 'UTC'")
    op.alter_column("orders", "placed_at", type_=sa.DateTime(timezone=True), existing_type=sa.DateTime)
