from alembic import op


def before():
    op.execute("CREATE TYPE mood AS ENUM ('good', 'bad')")


def upgrade():
    op.execute("DROP TYPE mood")
    op.execute("ALTER TABLE orders ADD COLUMN mood mood")  # finds
