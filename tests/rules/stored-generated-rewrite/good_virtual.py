import sqlalchemy as sa
from alembic import op

SETTINGS = {"pg_version": 18}


def upgrade():
    op.add_column("orders", sa.Column("gross", sa.Numeric, sa.Computed("price * 1.19", persisted=False)))
