from alembic import op


def upgrade():
    op.execute("ALTER TABLE orders ADD COLUMN payer_id bigint DEFAULT 1 REFERENCES accounts (id)")  # finds
