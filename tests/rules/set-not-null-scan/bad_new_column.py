import sqlalchemy as sa
from alembic import op


def upgrade():
    op.add_column("orders", sa.Column("channel", sa.Text, server_default="web"))
    op.alter_column("orders", "channel", nullable=False)  # finds
