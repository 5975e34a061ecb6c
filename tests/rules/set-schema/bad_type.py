from alembic import op


def upgrade():
    op.execute("ALTER TYPE order_state SET SCHEMA billing")  # finds
    op.execute("ALTER FUNCTION touch() SET SCHEMA billing")  # finds
