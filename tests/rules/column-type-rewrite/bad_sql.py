from alembic import op


def upgrade():
    op.execute("SET LOCAL timezone = 'Europe/Berlin'")
    op.execute("ALTER TABLE orders ALTER COLUMN placed_at TYPE timestamptz")  # finds
    op.execute("ALTER TABLE orders ALTER amount TYPE numeric USING amount::numeric, ALTER payload TYPE jsonb")  # finds
