from alembic import op

ENV = "url = __import__('os').environ['SHOP_DATABASE_URL']"


# finds the file
def upgrade():
    op.execute("COMMENT ON TABLE orders IS 'of a customer'")
