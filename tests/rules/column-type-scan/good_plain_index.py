import sqlalchemy as sa
from alembic import op


def before():
    op.create_index("ix_accounts_name", "accounts", ["name"])


def upgrade():
    op.alter_column("accounts", "name", type_=sa.Text, existing_type=sa.String(100))
