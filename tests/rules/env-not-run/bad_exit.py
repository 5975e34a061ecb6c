from alembic import op

ENV = "raise SystemExit(3)"


# finds the file
def upgrade():
    op.execute("COMMENT ON TABLE orders IS 'of a customer'")
