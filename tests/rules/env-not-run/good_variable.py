from alembic import op

ENV = "url = __import__('os').environ.get('SHOP_DATABASE_URL')"


def upgrade():
    op.execute("COMMENT ON TABLE orders IS 'of a customer'")
