import sqlalchemy as sa
from alembic import op


def upgrade():
    op.alter_column("accounts", "name", type_=sa.String(200))  # finds
