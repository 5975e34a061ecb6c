import sqlalchemy as sa
from alembic import op


def upgrade():
    op.create_table(
        "kinds", sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True), sa.Column("name", sa.Text)
    )
    op.bulk_insert(sa.table("kinds", sa.column("name")), [{"name": "large"}, {"name": "small"}])
    op.execute("UPDATE kinds SET name = upper(name)")
    op.execute("INSERT INTO kinds (name) SELECT DISTINCT note FROM orders")
