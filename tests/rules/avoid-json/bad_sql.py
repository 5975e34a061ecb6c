from alembic import op


def upgrade():
    op.execute("ALTER TABLE orders ADD COLUMN answer json")  # finds
    op.execute("CREATE TABLE notes (id bigint PRIMARY KEY, answer json)")  # finds
