import sqlalchemy as sa
from alembic import op


def upgrade():
    op.alter_column("orders", "amount", type_=sa.JSON, postgresql_using="amount::json")  # finds
