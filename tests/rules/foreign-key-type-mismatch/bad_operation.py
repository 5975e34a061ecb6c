import sqlalchemy as sa
from alembic import op


def upgrade():
    op.add_column("items", sa.Column("account_id", sa.Integer))
    op.create_foreign_key("items_account_fk", "items", "accounts", ["account_id"], ["id"])  # finds
