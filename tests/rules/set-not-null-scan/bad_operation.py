import sqlalchemy as sa
from alembic import op


def upgrade():
    op.alter_column("orders", "note", existing_type=sa.Text(), nullable=False)  # finds
