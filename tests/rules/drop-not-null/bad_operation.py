import sqlalchemy as sa
from alembic import op


def upgrade():
    op.alter_column("orders", "reference", nullable=True)  # finds
    op.alter_column("accounts", "email", existing_type=sa.Text(), nullable=True)  # finds
