import sqlalchemy as sa
from alembic import op


def upgrade():
    op.alter_column("orders", "reference", existing_type=sa.Text(), nullable=False)
