from alembic import op


def upgrade():
    op.execute("DROP TABLE IF EXISTS forgotten")
