from alembic import op

PENDING = ["before", "example"]
PER_MIGRATION = True


def before():
    op.execute("COMMENT ON TABLE accounts IS 'of a shop'")


def upgrade():
    op.execute("COMMENT ON TABLE orders IS 'of a customer'")
