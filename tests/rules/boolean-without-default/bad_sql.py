from alembic import op


def upgrade():
    op.execute("ALTER TABLE orders ADD COLUMN paid boolean")  # finds
    op.execute("CREATE TABLE notes (id bigint PRIMARY KEY, paid boolean)")  # finds
