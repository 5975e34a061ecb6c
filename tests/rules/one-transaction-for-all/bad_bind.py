from alembic import op

PENDING = ["before", "example"]


# finds the file
def before():
    op.execute("COMMENT ON TABLE accounts IS 'of a shop'")


def upgrade():
    op.get_bind().exec_driver_sql("COMMENT ON TABLE orders IS 'of a customer'")
