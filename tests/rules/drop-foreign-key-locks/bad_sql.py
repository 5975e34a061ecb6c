from alembic import op


def upgrade():
    op.execute("ALTER TABLE orders DROP CONSTRAINT IF EXISTS orders_account_fk, ADD COLUMN payer text")  # finds
