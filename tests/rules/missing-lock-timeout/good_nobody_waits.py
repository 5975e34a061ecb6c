import sqlalchemy as sa
from alembic import op

NO_TIMEOUT = True


def upgrade():
    op.create_table(
        "kinds", sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True), sa.Column("name", sa.Text)
    )
    op.create_index("ix_kinds_name", "kinds", ["name"])
    op.execute("COMMENT ON TABLE orders IS 'of a customer'")
