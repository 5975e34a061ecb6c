from alembic import op


def upgrade():
    op.execute("ALTER TABLE items ADD COLUMN account_id integer REFERENCES accounts")  # finds
