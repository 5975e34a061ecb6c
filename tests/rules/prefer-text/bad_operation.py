import sqlalchemy as sa
from alembic import op


def upgrade():
    op.add_column("orders", sa.Column("label", sa.String(40)))  # finds
