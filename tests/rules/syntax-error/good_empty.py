from alembic import op


def upgrade():
    op.execute("")
    op.execute("-- nothing here yet")
