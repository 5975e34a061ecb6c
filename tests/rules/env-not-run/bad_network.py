from alembic import op

ENV = "__import__('socket').create_connection(('localhost', 9))"


# finds the file
def upgrade():
    op.execute("COMMENT ON TABLE orders IS 'of a customer'")
