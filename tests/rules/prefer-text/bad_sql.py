from alembic import op


def upgrade():
    op.execute("ALTER TABLE orders ADD COLUMN label varchar(40)")  # finds
    op.execute("CREATE TABLE notes (id bigint PRIMARY KEY, label varchar(40))")  # finds
