import sqlalchemy as sa
from alembic import op


def upgrade():
    op.alter_column("orders", "code", type_=sa.Text, existing_type=sa.String(40))  # finds
