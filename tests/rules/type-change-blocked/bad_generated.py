import sqlalchemy as sa
from alembic import op


def before():
    op.add_column("accounts", sa.Column("name_lower", sa.Text, sa.Computed("lower(name)", persisted=True)))


def upgrade():
    op.alter_column("accounts", "name", type_=sa.Text, existing_type=sa.String(100))  # finds
