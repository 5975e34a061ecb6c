import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql


def upgrade():
    op.add_column("orders", sa.Column("answer", postgresql.JSONB))
