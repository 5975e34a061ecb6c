from alembic import op


def upgrade():
    op.execute("ALTER FUNCTION touch() RENAME TO touched")
