from alembic import op


def upgrade():
    op.execute("CREATE TEMPORARY TABLE scratch (label varchar(40))")
