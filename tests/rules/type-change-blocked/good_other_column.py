import sqlalchemy as sa
from alembic import op


def upgrade():
    op.alter_column("orders", "price", type_=sa.Numeric(14, 2), existing_type=sa.Numeric(10, 2))
