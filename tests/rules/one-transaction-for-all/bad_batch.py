from alembic import op

PENDING = ["before", "example"]


# finds the file
def before():
    op.execute("COMMENT ON TABLE accounts IS 'of a shop'")


def upgrade():
    with op.batch_alter_table("orders") as batch_op:
        batch_op.alter_column("note", server_default="none")
