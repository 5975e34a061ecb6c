import sqlalchemy as sa
from alembic import op


def upgrade():
    op.add_column("orders", sa.Column("slug", sa.Text, unique=True))  # finds
    op.execute("ALTER TABLE orders ADD COLUMN token text CONSTRAINT orders_token UNIQUE NOT NULL DEFAULT ''")  # finds
