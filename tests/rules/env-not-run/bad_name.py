from alembic import op

ENV = "engine = settings.engine"


# finds the file
def upgrade():
    op.execute("COMMENT ON TABLE orders IS 'of a customer'")
