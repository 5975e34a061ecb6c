import sqlalchemy as sa
from alembic import op


def upgrade():
    op.create_table(
        "kinds",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
    )
    op.execute("INSERT INTO kinds (name) SELECT 'kind ' || n FROM generate_series(1, 3) AS n")
    op.execute("UPDATE kinds SET name = lower(name)")
    op.execute("DO $$ BEGIN CREATE TEMPORARY TABLE scratch (id bigint); UPDATE scratch SET id = 1; END $$")
