import sqlalchemy as sa
from alembic import op

SETTINGS = {"pg_version": 16}


def upgrade():
    op.create_foreign_key(  # finds
        "events_account_fk", "events", "accounts", ["account_id"], ["id"], postgresql_not_valid=True
    )
    op.execute("ALTER TABLE events ADD CONSTRAINT events_once EXCLUDE (id WITH =, at WITH =)")  # finds
    op.add_column("events", sa.Column("counter", sa.BigInteger, sa.Identity()))  # finds
