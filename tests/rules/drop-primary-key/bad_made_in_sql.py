from alembic import op


def before():
    op.execute("CREATE TABLE keyed AS SELECT 1::bigint AS id")
    op.execute("ALTER TABLE keyed ADD PRIMARY KEY (id)")


def upgrade():
    op.drop_constraint("keyed_pkey", "keyed")  # finds
