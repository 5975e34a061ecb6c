from alembic import op

ENV = "__import__('subprocess').run(['true'], check=True)"


# finds the file
def upgrade():
    op.execute("COMMENT ON TABLE orders IS 'of a customer'")
