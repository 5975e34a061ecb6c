from alembic import op


def upgrade():
    op.execute("COMMENT ON TABLE orders IS 'of a customer'")
