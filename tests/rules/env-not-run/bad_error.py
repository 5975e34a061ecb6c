from alembic import op

ENV = "raise RuntimeError('no secret')"


# finds the file
def upgrade():
    op.execute("COMMENT ON TABLE orders IS 'of a customer'")
