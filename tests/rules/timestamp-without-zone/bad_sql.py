from alembic import op


def upgrade():
    op.execute("ALTER TABLE orders ADD COLUMN paid_at timestamp")  # finds
    op.execute("CREATE TABLE notes (id bigint PRIMARY KEY, paid_at timestamp)")  # finds
