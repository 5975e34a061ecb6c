from alembic import op

PENDING = ["before", "example"]


# finds the file
def before():
    op.execute("COMMENT ON TABLE accounts IS 'of a shop'")


def upgrade():
    for table in ("orders", "items"):
        op.execute(f"COMMENT ON TABLE {table} IS 'of a customer'")
