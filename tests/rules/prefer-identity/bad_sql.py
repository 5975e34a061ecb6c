from alembic import op


def upgrade():
    op.execute("CREATE TABLE notes (id bigserial PRIMARY KEY)")  # finds
    op.execute("CREATE TABLE kinds (id serial8)")  # finds
