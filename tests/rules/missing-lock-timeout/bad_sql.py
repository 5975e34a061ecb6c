from alembic import op

NO_TIMEOUT = True


def upgrade():
    op.execute("ALTER TABLE orders ADD COLUMN hint text; COMMENT ON TABLE orders IS 'of a customer'")  # finds
