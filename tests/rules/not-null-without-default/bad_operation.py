import sqlalchemy as sa
from alembic import op


def upgrade():
    op.add_column("orders", sa.Column("kind", sa.Text, nullable=False))  # finds
    op.add_column("orders", sa.Column("flag", sa.Boolean, nullable=False, default=False))  # finds
    op.add_column("orders", sa.Column("owner", sa.Uuid, nullable=False, default=lambda: None))  # finds
