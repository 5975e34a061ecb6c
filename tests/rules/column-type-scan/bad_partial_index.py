import sqlalchemy as sa
from alembic import op


def before():
    op.execute("CREATE INDEX ix_accounts_name ON accounts (name) WHERE name IS NOT NULL")


def upgrade():
    op.alter_column("accounts", "name", type_=sa.Text, existing_type=sa.String(100))  # finds
