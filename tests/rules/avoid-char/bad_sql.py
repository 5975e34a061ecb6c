from alembic import op


def upgrade():
    op.execute("ALTER TABLE orders ADD COLUMN currency char(3)")  # finds
    op.execute("CREATE TABLE notes (id bigint PRIMARY KEY, currency char(3))")  # finds
