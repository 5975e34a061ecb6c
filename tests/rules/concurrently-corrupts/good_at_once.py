import sqlalchemy as sa
from alembic import op

SETTINGS = {"pg_version": 14}


def upgrade():
    op.create_table("slots", sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False), schema="public")
    op.create_index("ix_slots", "slots", ["id"], schema="public")
